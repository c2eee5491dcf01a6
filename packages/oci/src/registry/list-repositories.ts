import { BaleError, type CallOptions, isRepositoryName, LIMITS } from "@bale/spec";
import { parseDocument } from "../parse-document.js";
import { insteadOfList } from "./instead-of-list.js";
import { nextPage } from "./next-page.js";
import type { RegistryExchange } from "./registry-exchange.js";

const PAGE_SIZE = 1000;
// How registries without a list refuse: absent, not for this method, not for these credentials (a token for less is a 401 or 403).
const NO_LIST: ReadonlySet<BaleError["code"]> = new Set(["NOT_FOUND", "CAPABILITY_MISSING", "UNSUPPORTED"]);
const NOT_FOR_YOU: ReadonlySet<BaleError["code"]> = new Set(["DENIED", "AUTH_FAILED"]);

type Catalogued = Pick<RegistryExchange, "registry" | "origin" | "http">;

interface CatalogPage {
  readonly names: readonly string[];
  readonly next: URL | undefined;
}

function pageUrl({ origin }: Catalogued, last: string | undefined): URL {
  const url = new URL("/v2/_catalog", origin);
  url.searchParams.set("n", String(PAGE_SIZE));
  if (last !== undefined) url.searchParams.set("last", last);
  return url;
}

function noCatalog({ registry }: Catalogued, cause: BaleError): BaleError {
  const { advice = "open the registry's own page" } = insteadOfList(registry) ?? {};
  return new BaleError({
    code: "CAPABILITY_MISSING",
    message: `${registry} lists no repositories`,
    why: `it does not answer /v2/_catalog, the list that a registry may have or not: ${cause.message}`,
    fix: `to see them, ${advice}; \`bale tags ${registry}/NAME\` works with a name`,
    context: { registry },
    cause,
  });
}

function explained(exchange: Catalogued, error: unknown): unknown {
  if (!BaleError.is(error)) return error;
  const never = NOT_FOR_YOU.has(error.code) && insteadOfList(exchange.registry)?.never === true;
  return never || NO_LIST.has(error.code) ? noCatalog(exchange, error) : error;
}

async function fetchPage(exchange: Catalogued, url: URL, options: CallOptions): Promise<CatalogPage> {
  const response = await exchange.http.request({
    method: "GET",
    url: url.href,
    access: { actions: [], catalog: true },
    signal: options.signal,
  });
  const bytes = await response.bytes(LIMITS.pageBytes);
  const listed = parseDocument(bytes, `the list of repositories of ${exchange.registry}`, "SERVER")[
    "repositories"
  ];
  const names = (Array.isArray(listed) ? listed : []).filter((name) => typeof name === "string");
  const linked = nextPage(exchange, url, response);
  // ggcr cuts at n and sends no Link, so a page that is full is asked to go on.
  return { names, next: linked ?? (names.length >= PAGE_SIZE ? pageUrl(exchange, names.at(-1)) : undefined) };
}

/**
 * Names of all repositories that a registry lists for these credentials, each once, in its order. Ends when a page brings nothing new, since
 * some registries answer every page with the whole list.
 * @throws BaleError `CAPABILITY_MISSING` for registries that list none, `DENIED`, `AUTH_FAILED`, `LIMIT` after `LIMITS.tagPages` pages, `CROSS_ORIGIN`
 */
export async function* listRepositories(
  exchange: Catalogued,
  options: CallOptions = {},
): AsyncGenerator<string> {
  const seen = new Set<string>();
  let url: URL | undefined = pageUrl(exchange, undefined);
  for (let page = 0; url; page++) {
    if (page >= LIMITS.tagPages)
      throw new BaleError({
        code: "LIMIT",
        message: `the list of repositories of ${exchange.registry} does not end`,
        why: `it was given up after ${LIMITS.tagPages} pages`,
      });
    let fetched: CatalogPage;
    try {
      fetched = await fetchPage(exchange, url, options);
    } catch (error) {
      throw page === 0 ? explained(exchange, error) : error;
    }
    const known = seen.size;
    for (const name of fetched.names) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (isRepositoryName(name)) yield name;
    }
    if (seen.size === known) return;
    url = fetched.next;
  }
}
