import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import {
  BaleError,
  type BlobDriver,
  type BlobReadOptions,
  type ByteSource,
  type CallOptions,
  type Digest,
  digestFromHex,
  type ErrorKind,
} from "@bale/spec";

export const KiB = 1024;
export const MiB: number = 1024 * KiB;

export interface SampleBlob {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

export function digestOf(bytes: Uint8Array): Digest {
  return digestFromHex(createHash("sha256").update(bytes).digest("hex"));
}

/** Random bytes: nobody has stored them before, also where storages share their blobs, and nothing can guess them. */
export function sampleBlob(size: number): SampleBlob {
  const bytes = randomBytes(size);
  return { bytes, digest: digestOf(bytes) };
}

/** The bytes as a source that can be opened again, in pieces, so that a driver which keeps only one of them is found out. */
export function sourceOf(bytes: Uint8Array, pieceBytes: number = 50_000): ByteSource {
  return {
    size: bytes.length,
    open: async function* (options) {
      const end = options?.range?.endExclusive ?? bytes.length;
      for (let at = options?.range?.start ?? 0; at < end; at += pieceBytes)
        yield bytes.subarray(at, Math.min(at + pieceBytes, end));
    },
  };
}

export async function put(
  driver: BlobDriver,
  blob: SampleBlob,
  options: CallOptions & { readonly onBytes?: (sent: number) => void } = {},
): Promise<"created" | "existed"> {
  return driver.write(driver.locate(blob.digest), sourceOf(blob.bytes), { digest: blob.digest, ...options });
}

export async function readAll(
  driver: BlobDriver,
  digest: Digest,
  options: BlobReadOptions = {},
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  // Copied: a driver may use the memory of a chunk again once the next is asked for.
  for await (const chunk of driver.read(driver.locate(digest), options)) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}

/** Same length and same bytes, without printing a megabyte when they are not. */
export function assertBytes(actual: Uint8Array, expected: Uint8Array): void {
  assert.equal(actual.length, expected.length);
  assert.ok(Buffer.compare(actual, expected) === 0, "the right number of bytes came, but they are others");
}

export async function assertStored(driver: BlobDriver, blob: SampleBlob): Promise<void> {
  assert.equal((await driver.stat(driver.locate(blob.digest)))?.size, blob.bytes.length);
  assertBytes(await readAll(driver, blob.digest), blob.bytes);
}

export async function assertAbsent(driver: BlobDriver, digest: Digest): Promise<void> {
  assert.equal(await driver.stat(driver.locate(digest)), undefined);
  await assert.rejects(readAll(driver, digest));
}

/** What `attempt` throws; a test fails when it throws nothing. */
export async function failureOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    await attempt;
  } catch (error) {
    return error;
  }
  assert.fail("it should have failed");
}

/** The portable word for what a driver threw: a `BaleError` says it itself, for all else the driver is asked. */
export function kindOf(driver: BlobDriver, error: unknown): ErrorKind | undefined {
  return BaleError.is(error) ? error.kind : driver.classify(error)?.kind;
}
