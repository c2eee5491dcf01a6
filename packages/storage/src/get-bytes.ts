import { BaleError, type CallOptions, shortDigest } from "@bale/spec";
import type { BlobStore, StoredBlob } from "./blob-store.js";

/**
 * A small blob in memory, verified; a damaged transfer is repeated once from the first byte.
 * @throws BaleError `LIMIT` before any request when it has more than `maxBytes`, and all that `get` throws
 */
export async function getBytes(
  store: BlobStore,
  blob: StoredBlob,
  options: CallOptions & { readonly maxBytes: number },
): Promise<Uint8Array> {
  if (blob.size > options.maxBytes)
    throw new BaleError({
      code: "LIMIT",
      message: `blob ${shortDigest(blob.digest)} is larger than allowed here`,
      why: `it has ${blob.size} bytes, the limit is ${options.maxBytes}`,
      context: { digest: blob.digest, size: blob.size },
    });
  const bytes = new Uint8Array(blob.size);
  let at = 0;
  const onRestart = (): void => {
    at = 0;
  };
  for await (const chunk of store.get(blob, { signal: options.signal, onRestart })) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
