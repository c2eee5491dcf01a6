import { BaleError, type CallOptions, isTag, LIMITS, type Tag } from "@bale/spec";
import { isFallbackTag } from "../fallback-tag.js";
import { parseDocument } from "../parse-document.js";
import { nextPage } from "./next-page.js";
import { exchangeName, type RegistryExchange, repositoryUrl, send } from "./registry-exchange.js";

const PAGE_SIZE = 1000;

interface TagPage {
  readonly tags: readonly string[];
  readonly next: URL | undefined;
}

function pageUrl(exchange: RegistryExchange, last: string | undefined): URL {
  const url = repositoryUrl(exchange, "tags/list");
  url.searchParams.set("n", String(PAGE_SIZE));
  if (last !== undefined) url.searchParams.set("last", last);
  return url;
}

interface ListOptions extends CallOptions {
  readonly after?: Tag | undefined;
  readonly unknown?: "empty" | "throw" | undefined;
}

async function fetchPage(exchange: RegistryExchange, url: URL, options: ListOptions): Promise<TagPage> {
  const response = await send(exchange, {
    method: "GET",
    target: url,
    actions: ["pull"],
    accept: [200, 404],
    signal: options.signal,
  });
  if (response.status === 404) {
    await response.discard();
    if (options.unknown === "throw")
      throw new BaleError({
        code: "NOT_FOUND",
        message: `${exchangeName(exchange)} does not exist, or is hidden from you`,
        why: "the registry knows no repository of that name",
      });
    return { tags: [], next: undefined };
  }
  const bytes = await response.bytes(LIMITS.pageBytes);
  const listed = parseDocument(bytes, `the tag list of ${exchangeName(exchange)}`, "SERVER")["tags"];
  const tags = (Array.isArray(listed) ? listed : []).filter((tag) => typeof tag === "string");
  const linked = nextPage(exchange, url, response);
  // ggcr cuts at n and sends no Link, so a page that is full is asked to go on.
  return { tags, next: linked ?? (tags.length >= PAGE_SIZE ? pageUrl(exchange, tags.at(-1)) : undefined) };
}

/**
 * `listTags` of the contract: each tag once, in the registry's order. An unknown repository has none, or is an error.
 * Ends when a page brings nothing new, since distribution 2.8 answers every page with the whole list.
 * @throws BaleError `NOT_FOUND` with `unknown: "throw"`, `LIMIT` after `LIMITS.tagPages` pages, `CROSS_ORIGIN`
 */
export async function* listTags(exchange: RegistryExchange, options: ListOptions = {}): AsyncGenerator<Tag> {
  const { after } = options;
  const seen = new Set<string>();
  let url: URL | undefined = pageUrl(exchange, after);
  let afterIgnored: boolean | undefined;
  for (let page = 0; url; page++) {
    if (page >= LIMITS.tagPages)
      throw new BaleError({
        code: "LIMIT",
        message: `the tag list of ${exchangeName(exchange)} does not end`,
        why: `it was given up after ${LIMITS.tagPages} pages`,
      });
    const { tags, next }: TagPage = await fetchPage(exchange, url, options);
    // A first page that holds the tag to start after shows that the registry does not read `last`.
    afterIgnored ??= after !== undefined && tags.includes(after);
    const known = seen.size;
    for (const tag of tags) {
      if (seen.has(tag)) continue;
      seen.add(tag);
      if (isTag(tag) && !isFallbackTag(tag) && !(afterIgnored && after !== undefined && tag <= after))
        yield tag;
    }
    if (seen.size === known) return;
    url = next;
  }
}
