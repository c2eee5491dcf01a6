import { BaleError, type BlobListing, type Digest, LIMITS } from "@bale/spec";
import { type GcsClient, objectPath, READ } from "./api/gcs-client.js";
import { digestOfName, locateBlob, namePrefix } from "./locator.js";

interface Page {
  readonly found: readonly { readonly digest: Digest; readonly size: number }[];
  readonly next: string | undefined;
}

// The most that the API puts into one answer.
const PAGE = 1000;

/** The blobs among what an answer lists: markers of users and whatever else lies there are not. */
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
  const found: Page["found"][number][] = [];
  for (const item of items as unknown[]) {
    const { name, size } = (item ?? {}) as { readonly name?: unknown; readonly size?: unknown };
    if (typeof name !== "string" || !name.startsWith(prefix)) continue;
    const digest = digestOfName(name.slice(prefix.length));
    if (digest !== undefined && typeof size === "string" && /^\d{1,15}$/.test(size))
      found.push({ digest, size: Number(size) });
  }
  return { found, next: typeof next === "string" && next !== "" ? next : undefined };
}

/** All blobs in the order of their names, a page in memory at a time. */
export async function* listBlobs(
  client: GcsClient,
  options: Parameters<BlobListing["list"]>[0] = {},
): ReturnType<BlobListing["list"]> {
  const { after, signal } = options;
  const { config } = client;
  const prefix = namePrefix(config);
  const seen = new Set<string>();
  for (let token: string | undefined; ; ) {
    signal?.throwIfAborted();
    const response = await client.ask({
      method: "GET",
      path: objectPath(config),
      query: {
        prefix: `${prefix}sha256/`,
        maxResults: String(PAGE),
        fields: "items(name,size),nextPageToken",
        ...(after === undefined ? {} : { startOffset: after.slice(`gcs://${config.bucket}/`.length) }),
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
        message: `the bucket ${config.bucket} gave no list of its objects`,
        why: "the answer is not what the API promises",
        retry: { kind: "never" },
      });
    for (const { digest, size } of page.found) {
      signal?.throwIfAborted();
      const locator = locateBlob(config, digest);
      // The offset is the first name that is listed, not the last that is not.
      if (after === undefined || locator > after) yield { locator, digest, size };
    }
    // A server that leads in a circle ends the list.
    if (page.next === undefined || seen.has(page.next)) return;
    seen.add(page.next);
    token = page.next;
  }
}
