import { BaleError, LIMITS } from "@bale/spec";
import { type AzureClient, READ } from "./api/azure-client.js";
import { elementsOf, textOf } from "./api/read-xml.js";

export interface ListedName {
  readonly name: string;
  readonly size: number;
}
export interface ListNames {
  readonly prefix: string;
  readonly signal?: AbortSignal | undefined;
}

// The most that Azure puts into one answer.
const PAGE = 5000;

/** The names of one answer; `undefined` where it is cut off, or says less of them than it should. */
function parsePage(xml: string, prefix: string): readonly ListedName[] | undefined {
  if (!xml.trimEnd().endsWith("</EnumerationResults>")) return undefined;
  const found: ListedName[] = [];
  for (const blob of elementsOf(xml, "Blob")) {
    const name = textOf(blob, "Name");
    // Names of characters that XML cannot hold come in another form; none of ours has any.
    if (!name?.startsWith(prefix)) continue;
    const size = textOf(blob, "Content-Length");
    if (size === undefined || !/^\d{1,15}$/.test(size)) return undefined;
    found.push({ name, size: Number(size) });
  }
  return found;
}

/**
 * Names that begin with a prefix, in the order of their bytes, a page in memory at a time.
 * @throws BaleError `LIMIT` where the service leads in a circle: what is missing of a list may be a user whose blobs would count as garbage
 */
export async function* listNames(
  client: AzureClient,
  { prefix, signal }: ListNames,
): AsyncGenerator<ListedName> {
  const { account, container } = client.config;
  const seen = new Set<string>();
  for (let marker: string | undefined; ; ) {
    signal?.throwIfAborted();
    const response = await client.ask({
      method: "GET",
      query: {
        restype: "container",
        comp: "list",
        prefix,
        maxresults: String(PAGE),
        ...(marker === undefined ? {} : { marker }),
      },
      actions: READ,
      accept: [200],
      signal,
    });
    const xml = new TextDecoder().decode(await response.bytes(LIMITS.pageBytes));
    const found = parsePage(xml, prefix);
    if (!found)
      throw new BaleError({
        code: "SERVER",
        message: `the container ${container} of the account ${account} gave no list of its blobs`,
        why: "the answer is not what Azure promises",
        retry: { kind: "never" },
      });
    yield* found;
    const next = textOf(xml, "NextMarker") || undefined;
    if (next === undefined) return;
    if (seen.has(next))
      throw new BaleError({
        code: "LIMIT",
        message: `the listing of the container ${container} does not get on`,
        why: "the service answers with the same page again",
        context: { account, container },
      });
    seen.add(next);
    marker = next;
  }
}
