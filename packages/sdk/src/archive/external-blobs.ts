import type { BlobRef, Digest } from "@bale/spec";
import type { RemoteTree } from "../remote/remote-tree.js";

/** Blobs that the rows of a bundle place in external stores, each once. */
export async function externalBlobs(
  tree: RemoteTree,
  call: { readonly signal?: AbortSignal | undefined },
): Promise<readonly BlobRef[]> {
  const blobs = new Map<Digest, BlobRef>();
  for (const { row } of await tree.bundle.rows(undefined, call))
    for (const { blob } of row.extents) if (blob.store !== undefined) blobs.set(blob.digest, blob);
  return [...blobs.values()];
}
