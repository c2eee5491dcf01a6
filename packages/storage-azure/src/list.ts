import { type BlobListing, type Digest, LIMITS } from "@bale/spec";
import { type AzureClient, READ } from "./api/azure-client.js";
import { elementsOf, textOf } from "./api/read-xml.js";
import { digestOfName, locateBlob, namePrefix } from "./locator.js";

interface Page {
  readonly found: readonly { readonly digest: Digest; readonly size: number }[];
  readonly next: string | undefined;
}

// The most that Azure puts into one answer.
const PAGE = 5000;

/** The blobs among what an answer lists: markers of users and whatever else lies there are not. */
function parsePage(xml: string, prefix: string): Page {
  const found: Page["found"][number][] = [];
  for (const blob of elementsOf(xml, "Blob")) {
    const name = textOf(blob, "Name") ?? "";
    const digest = name.startsWith(prefix) ? digestOfName(name.slice(prefix.length)) : undefined;
    const size = Number(textOf(blob, "Content-Length") ?? textOf(blob, "ContentLength"));
    if (digest !== undefined && Number.isSafeInteger(size)) found.push({ digest, size });
  }
  return { found, next: textOf(xml, "NextMarker") || undefined };
}

/** All blobs in the order of their names, a page in memory at a time. */
export async function* listBlobs(
  client: AzureClient,
  options: Parameters<BlobListing["list"]>[0] = {},
): ReturnType<BlobListing["list"]> {
  const { after, signal } = options;
  const { config } = client;
  const prefix = namePrefix(config);
  const seen = new Set<string>();
  for (let marker: string | undefined; ; ) {
    signal?.throwIfAborted();
    const response = await client.ask({
      method: "GET",
      query: {
        restype: "container",
        comp: "list",
        prefix: `${prefix}sha256/`,
        maxresults: String(PAGE),
        ...(marker === undefined ? {} : { marker }),
      },
      actions: READ,
      accept: [200],
      signal,
    });
    const xml = new TextDecoder().decode(await response.bytes(LIMITS.pageBytes));
    const { found, next } = parsePage(xml, prefix);
    for (const { digest, size } of found) {
      signal?.throwIfAborted();
      const locator = locateBlob(config, digest);
      if (after === undefined || locator > after) yield { locator, digest, size };
    }
    // A server that leads in a circle ends the list.
    if (next === undefined || seen.has(next)) return;
    seen.add(next);
    marker = next;
  }
}
