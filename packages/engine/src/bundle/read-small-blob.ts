import { BaleError, type Digest, type RemoteRepository } from "@bale/spec";
import { createBlobStore } from "@bale/storage";
import type { BundlePorts } from "./bundle.js";

/** A piece of the index: from the cache, else from the repository's blobs, checked and cached. `limit` in bytes. */
export async function readSmallBlob(
  remote: RemoteRepository,
  blob: { readonly digest: Digest; readonly size: number; readonly limit: number },
  ports: BundlePorts,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Uint8Array> {
  if (blob.size > blob.limit)
    throw new BaleError({
      code: "LIMIT",
      message: `an index of ${blob.size} bytes is not read`,
      why: `the limit is ${blob.limit} bytes`,
      context: { digest: blob.digest, size: blob.size, limit: blob.limit },
    });
  const cached = await ports.cache.get(blob.digest);
  if (cached) return cached;
  const chunks: Uint8Array[] = [];
  // Collected chunk by chunk: nothing is allocated by the announced size (advisory GHSA-f36w-mj3v-6jqv).
  for await (const chunk of createBlobStore(remote.blobs, { hasher: ports.hasher }).get(blob, options))
    chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  await ports.cache.put(blob.digest, bytes);
  return bytes;
}
