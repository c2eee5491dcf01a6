import {
  type BlobDriver,
  type BlobLocator,
  type ByteStream,
  type Classified,
  type Digest,
  digestHex,
  parseDigest,
} from "@bale/spec";
import { nodeHasher } from "./ports/node-hasher.js";

export interface MemoryDriverOptions {
  /** Refuses bytes of another digest, as a registry does. Default false. */
  readonly verifiesDigest?: boolean | undefined;
  /** Bytes a read yields at once. */
  readonly chunkBytes?: number | undefined;
  /** What is stored; pass one map to two drivers to give them one storage. */
  readonly blobs?: Map<BlobLocator, Uint8Array> | undefined;
}

class MemoryDriverError extends Error {
  override readonly name = "MemoryDriverError";
  readonly kind: Classified["kind"];
  constructor(kind: Classified["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

async function collect(stream: ByteStream, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for await (const chunk of stream) {
    if (at + chunk.length > size) throw new MemoryDriverError("integrity", "more bytes than announced");
    bytes.set(chunk, at);
    at += chunk.length;
  }
  if (at !== size) throw new MemoryDriverError("integrity", "fewer bytes than announced");
  return bytes;
}

/** A store in memory, for tests and as the shortest example of a driver. */
export function memoryDriver(options: MemoryDriverOptions = {}): BlobDriver {
  const blobs = options.blobs ?? new Map<BlobLocator, Uint8Array>();
  const chunkBytes = options.chunkBytes ?? 64 * 1024;
  const verifiesDigest = options.verifiesDigest ?? false;
  const locate = (digest: Digest): BlobLocator => `memory:${digestHex(digest)}` as BlobLocator;
  return {
    scheme: "memory",
    limits: {},
    verifiesDigest,
    locate,
    stat: async (locator, call) => {
      call?.signal?.throwIfAborted();
      const bytes = blobs.get(locator);
      return bytes && { size: bytes.length };
    },
    async *read(locator, { range, signal } = {}) {
      signal?.throwIfAborted();
      const bytes = blobs.get(locator);
      if (!bytes) throw new MemoryDriverError("not-found", `no blob at ${locator}`);
      const start = range?.start ?? 0;
      const end = range?.endExclusive ?? bytes.length;
      if (range && (start >= bytes.length || end > bytes.length || start >= end))
        throw new MemoryDriverError("integrity", "the range lies outside the blob");
      for (let at = start; at < end; at += chunkBytes) {
        signal?.throwIfAborted();
        yield bytes.slice(at, Math.min(end, at + chunkBytes));
      }
    },
    write: async (locator, source, { digest, onBytes, signal }) => {
      signal?.throwIfAborted();
      if (blobs.has(locator)) return "existed";
      const bytes = await collect(source.open({ signal }), source.size);
      if (verifiesDigest && nodeHasher.digest(bytes) !== digest)
        throw new MemoryDriverError("integrity", "the bytes have another digest");
      signal?.throwIfAborted();
      onBytes?.(bytes.length);
      blobs.set(locator, bytes);
      return "created";
    },
    classify: (cause) => (cause instanceof MemoryDriverError ? { kind: cause.kind } : undefined),
    listing: {
      async *list({ after, signal } = {}) {
        for (const locator of [...blobs.keys()].sort()) {
          signal?.throwIfAborted();
          if (after !== undefined && locator <= after) continue;
          const digest = parseDigest(`sha256:${locator.slice("memory:".length)}`);
          yield { locator, digest, size: blobs.get(locator)?.length ?? 0 };
        }
      },
    },
    deletion: {
      delete: async (locator, call) => {
        call?.signal?.throwIfAborted();
        blobs.delete(locator);
      },
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
