import { type Answer, errorAnswer } from "../answer.js";
import type { ListingQuirks } from "../quirks/listing-quirks.js";
import type { Call, RegistryContext } from "./context.js";

/** The names on one page, and the cursor of the next page where there is one. */
export interface Page {
  readonly names: readonly string[];
  readonly next: { readonly n: number; readonly last: string } | undefined;
}

/** Cuts a page out of names (distribution spec, "Listing Tags"). Undefined when `n` is no whole number. */
export function cutPage(
  names: readonly string[],
  query: URLSearchParams,
  quirks: ListingQuirks,
): Page | undefined {
  const sorted = [...names].sort();
  const ordered = quirks.listsUnsorted ? sorted.reverse() : sorted;
  if (quirks.pagingIgnored) return { names: ordered, next: undefined };
  const wanted = query.get("n");
  if (wanted !== null && !/^\d{1,9}$/.test(wanted)) return undefined;
  const most = Math.min(
    Number(wanted ?? Number.POSITIVE_INFINITY),
    quirks.pageLimit ?? Number.POSITIVE_INFINITY,
  );
  const last = query.get("last");
  if (quirks.pageLink === "endless") return inventedPage(last ?? "", Math.min(most, 100));
  const rest = ordered.filter((name) => last === null || (quirks.listsUnsorted ? name < last : name > last));
  const shown = rest.slice(0, most);
  const end = shown.at(-1);
  const more = rest.length > shown.length && end !== undefined && quirks.pageLink !== "absent";
  return { names: shown, next: more ? { n: most, last: end } : undefined };
}

/** The Link header for the next page, as the quirk has it. */
export function linkHeader(
  context: RegistryContext,
  call: Call,
  next: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  if (next === undefined) return {};
  const { pageLink } = context.quirks();
  const path = `${call.url.pathname}?${new URLSearchParams(next)}`;
  if (pageLink === "to-itself") return { link: `<${call.url.pathname}${call.url.search}>; rel="next"` };
  if (pageLink === "unquoted") return { link: `<${path}>; rel=next` };
  if (pageLink === "absolute") return { link: `<${context.origins.registry}${path}>; rel="next"` };
  if (pageLink === "other-host") return { link: `<${context.origins.second}${path}>; rel="next"` };
  return { link: `<${path}>; rel="next"` };
}

export function pageRefused(): Answer {
  return errorAnswer(400, "UNSUPPORTED", "n is not a whole number");
}

/** A page of names nobody stored, after `last`, so that there is always one more. */
function inventedPage(last: string, size: number): Page {
  const first = Number(/^endless-(\d{1,12})$/.exec(last)?.[1] ?? 0) + 1;
  const names = Array.from(
    { length: size },
    (_, index) => `endless-${String(first + index).padStart(12, "0")}`,
  );
  return { names, next: { n: size, last: names.at(-1) ?? last } };
}
