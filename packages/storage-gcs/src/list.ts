import type { BlobListing } from "@bale/spec";
import type { GcsClient } from "./api/gcs-client.js";
import { listNames } from "./list-names.js";
import { digestOfName, locateBlob, nameOfLocator, namePrefix } from "./locator.js";

/** All blobs in the order of their names; whatever else lies there is left out. */
export async function* listBlobs(
  client: GcsClient,
  { after, signal }: NonNullable<Parameters<BlobListing["list"]>[0]> = {},
): ReturnType<BlobListing["list"]> {
  const { config } = client;
  const prefix = namePrefix(config);
  const from = after === undefined ? undefined : nameOfLocator(config, after);
  for await (const { name, size } of listNames(client, { prefix: `${prefix}sha256/`, from, signal })) {
    signal?.throwIfAborted();
    const digest = digestOfName(name.slice(prefix.length));
    if (digest === undefined) continue;
    const locator = locateBlob(config, digest);
    // `from` is the first name that is listed, not the last that is not.
    if (after === undefined || locator > after) yield { locator, digest, size };
  }
}
