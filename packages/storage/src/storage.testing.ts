import type { BlobDriver, BlobLocator, ByteSource, ByteStream, ErrorCode } from "@bale/spec";
import { BaleError } from "@bale/spec";
import type { StoredBlob } from "./blob-store.js";
import { nodeHasher } from "./ports/node-hasher.js";
import type { RetryPolicy } from "./retry-policy.js";

export function blobOf(bytes: Uint8Array): StoredBlob {
  return { digest: nodeHasher.digest(bytes), size: bytes.length };
}

/** 0 to 1, the same run for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function randomBytes(length: number, seed = 1): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

/** Retries that do not wait, and the pauses that they would have made. */
export function instantRetry(): Pick<RetryPolicy, "sleep" | "random"> & { readonly pauses: number[] } {
  const pauses: number[] = [];
  return {
    pauses,
    random: () => 1,
    sleep: async (milliseconds) => {
      pauses.push(milliseconds);
    },
  };
}

export async function collect(stream: ByteStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The code of the `BaleError` that a promise fails with; anything else fails the test. */
export async function codeOf(work: Promise<unknown>): Promise<ErrorCode> {
  try {
    await work;
  } catch (cause) {
    if (BaleError.is(cause)) return cause.code;
    throw cause;
  }
  throw new Error("it did not fail");
}

export async function errorOf(work: Promise<unknown>): Promise<BaleError> {
  try {
    await work;
  } catch (cause) {
    if (BaleError.is(cause)) return cause;
    throw cause;
  }
  throw new Error("it did not fail");
}

/** Puts bytes where the driver would find them, checked by nobody. */
export function plant(
  blobs: Map<BlobLocator, Uint8Array>,
  driver: BlobDriver,
  blob: StoredBlob,
  bytes: Uint8Array,
): void {
  blobs.set(driver.locate(blob.digest), bytes);
}

/** A source that gives something else each time it is opened; the last content stays. */
export function changingSource(...contents: readonly Uint8Array[]): ByteSource {
  let opened = 0;
  return {
    size: contents[0]?.length ?? 0,
    async *open({ range } = {}) {
      const bytes = contents[Math.min(opened++, contents.length - 1)] ?? new Uint8Array();
      yield bytes.subarray(range?.start ?? 0, range?.endExclusive ?? bytes.length);
    },
  };
}
