import { parseLinkHeader } from "@bale/http";
import type { Answer } from "./ask.js";
import { isGood, type Probe, words } from "./probe.js";

const PAGE = 1000;

function tagsOf(answer: Answer): readonly string[] {
  try {
    const { tags } = JSON.parse(new TextDecoder().decode(answer.bytes)) as { readonly tags?: unknown };
    return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
  } catch {
    return [];
  }
}

function list(probe: Probe, query: string): Promise<Answer> {
  return probe.ask({ method: "GET", target: `tags/list?${query}`, keep: 10 * 1024 * 1024 });
}

/** Whether a page shows names that nobody has written: the first of them leads nowhere. */
async function isInvented(probe: Probe, tags: readonly string[]): Promise<boolean> {
  const [first] = tags;
  if (first === undefined || first === probe.scratch.tag || first === probe.scratch.secondTag) return false;
  const answer = await probe.ask({
    method: "GET",
    target: `manifests/${encodeURIComponent(first)}`,
    keep: 1,
  });
  return answer.status === 404;
}

/** The form of a Link header, in words; `undefined` for that of the spec. */
function oddLink(probe: Probe, asked: string, header: string): string | undefined {
  const target = parseLinkHeader(header);
  if (target === undefined) return `a page leads on by a Link that cannot be read: ${header.slice(0, 80)}`;
  const { origin } = new URL(probe.exchange.origin);
  const base = new URL(`/v2/${probe.exchange.repository}/tags/list?${asked}`, origin);
  if (!URL.canParse(target, base.href)) return "a page leads to something that is no address";
  const next = new URL(target, base);
  if (next.origin !== origin) return `a page leads to another host, ${next.host}`;
  if (next.href === base.href) return "a page leads to itself";
  if (!/rel\s*=\s*"/.test(header)) return "a page leads on by a Link without quotes";
  return /^[a-z]+:\/\//i.test(target) ? "a page leads on by an absolute address" : undefined;
}

async function probePages(probe: Probe): Promise<void> {
  const asked = "n=1";
  const answer = await list(probe, asked);
  const bale = "reads any form, stays at the registry, and ends where a page brings nothing new";
  if (!isGood(answer)) return probe.missing("list-paging", `pages are refused: ${words(answer)}`, bale);
  const tags = tagsOf(answer);
  if (tags.length > 1) {
    probe.limited("list-paging", "all tags come, whatever the size of a page that is asked for", bale);
    return probe.skip("list-link", "there are no pages");
  }
  probe.works("list-paging", "pages have the size that is asked for", bale);
  const header = answer.headers["link"];
  if (await isInvented(probe, tags))
    return probe.limited("list-link", "a list names tags that are not there, and does not end", bale);
  if (header === undefined)
    return probe.limited(
      "list-link",
      "a list is cut at the size of a page, without a Link to the next one",
      bale,
    );
  const odd = oddLink(probe, asked, header);
  if (odd === undefined) probe.works("list-link", "a page leads to the next one by a Link", bale);
  else probe.limited("list-link", odd, bale);
}

/** Lists of tags; at least the two scratch tags are there. */
export async function probeLists(probe: Probe): Promise<void> {
  if (probe.scratch.tags.size < 2) {
    for (const id of ["list-link", "list-paging", "list-page-limit", "list-order"] as const)
      probe.skip(id, "two tags would have to be there");
    return;
  }
  await probePages(probe);
  const answer = await list(probe, `n=${PAGE}`);
  const tags = tagsOf(answer);
  const sorts = "sorts where the order matters";
  const sorted = [...tags].sort();
  if (tags.length < 2) probe.skip("list-order", "one page shows no two tags");
  else if (tags.every((tag, index) => tag === sorted[index]))
    probe.works("list-order", "tags come in the order of their names", sorts);
  else probe.limited("list-order", "tags do not come in the order of their names", sorts);
  const goesOn = "goes on for as long as there are pages";
  if (answer.headers["link"] !== undefined && tags.length < PAGE)
    probe.limited("list-page-limit", `a page has at most ${tags.length} tags, whatever is asked for`, goesOn);
  else probe.works("list-page-limit", `no bound below ${PAGE} was met with ${tags.length} tags`, goesOn);
}
