import type { BlobListing } from "@bale/spec";
import type { AzureClient } from "./api/azure-client.js";
import { listNames } from "./list-names.js";
import { digestOfName, locateBlob, namePrefix } from "./locator.js";

/** All blobs in the order of their names; whatever else lies there is left out. */
export async function* listBlobs(
  client: AzureClient,
  { after, signal }: NonNullable<Parameters<BlobListing["list"]>[0]> = {},
): ReturnType<BlobListing["list"]> {
  const { config } = client;
  const prefix = namePrefix(config);
  for await (const { name, size } of listNames(client, { prefix: `${prefix}sha256/`, signal })) {
    signal?.throwIfAborted();
    const digest = digestOfName(name.slice(prefix.length));
    if (digest === undefined) continue;
    const locator = locateBlob(config, digest);
    if (after === undefined || locator > after) yield { locator, digest, size };
  }
}
