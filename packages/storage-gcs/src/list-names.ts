import { BaleError, LIMITS } from "@bale/spec";
import { type GcsClient, objectPath, READ } from "./api/gcs-client.js";

export interface ListedName {
  readonly name: string;
  readonly size: number;
}
export interface ListNames {
  readonly prefix: string;
  /** The first name that is listed, where it exists. */
  readonly from?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}
interface Page {
  readonly found: readonly ListedName[];
  readonly next: string | undefined;
}

// The most that the API puts into one answer.
const PAGE = 1000;

/** The names of one answer; `undefined` where it says less of them than it should. */
function parsePage(bytes: Uint8Array, prefix: string): Page | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { items = [], nextPageToken: next } = value as {
    readonly items?: unknown;
    readonly nextPageToken?: unknown;
  };
  if (!Array.isArray(items)) return undefined;
  const found: ListedName[] = [];
  for (const item of items as unknown[]) {
    const { name, size } = (item ?? {}) as { readonly name?: unknown; readonly size?: unknown };
    if (typeof name !== "string" || !name.startsWith(prefix)) continue;
    if (typeof size !== "string" || !/^\d{1,15}$/.test(size)) return undefined;
    found.push({ name, size: Number(size) });
  }
  return { found, next: typeof next === "string" && next !== "" ? next : undefined };
}

/**
 * Names that begin with a prefix, in the order of their bytes, a page in memory at a time.
 * @throws BaleError `LIMIT` where the service leads in a circle: what is missing of a list may be a user whose blobs would count as garbage
 */
export async function* listNames(
  client: GcsClient,
  { from, prefix, signal }: ListNames,
): AsyncGenerator<ListedName> {
  const { bucket } = client.config;
  const seen = new Set<string>();
  for (let token: string | undefined; ; ) {
    signal?.throwIfAborted();
    const response = await client.ask({
      method: "GET",
      path: objectPath(client.config),
      query: {
        prefix,
        maxResults: String(PAGE),
        fields: "items(name,size),nextPageToken",
        ...(from === undefined ? {} : { startOffset: from }),
        ...(token === undefined ? {} : { pageToken: token }),
      },
      actions: READ,
      accept: [200],
      signal,
    });
    const page = parsePage(await response.bytes(LIMITS.pageBytes), prefix);
    if (!page)
      throw new BaleError({
        code: "SERVER",
        message: `the bucket ${bucket} gave no list of its objects`,
        why: "the answer is not what the API promises",
        retry: { kind: "never" },
      });
    yield* page.found;
    if (page.next === undefined) return;
    if (seen.has(page.next))
      throw new BaleError({
        code: "LIMIT",
        message: `the listing of the bucket ${bucket} does not get on`,
        why: "the service answers with the same page again",
        context: { bucket },
      });
    seen.add(page.next);
    token = page.next;
  }
}
