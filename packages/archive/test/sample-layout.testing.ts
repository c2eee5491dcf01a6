import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BaleError,
  type ByteStream,
  type Digest,
  digestFromHex,
  type ErrorCode,
  MEDIA_TYPES,
  type MediaType,
} from "@bale/spec";
import type { ArchiveContent, ArchivedBlob, ArchivedManifest } from "../src/index.js";

export function digestOf(bytes: Uint8Array): Digest {
  return digestFromHex(createHash("sha256").update(bytes).digest("hex"));
}

export function blobOf(bytes: Uint8Array): ArchivedBlob {
  return {
    digest: digestOf(bytes),
    size: bytes.length,
    open: async function* () {
      yield bytes;
    },
  };
}

export interface SampleLayout {
  readonly manifest: ArchivedManifest;
  readonly content: ArchiveContent;
  readonly blobs: readonly Uint8Array[];
}

/** A manifest over some blobs, as any tool could have made it. */
export function sampleLayout(
  layers: readonly Uint8Array[],
  options: { readonly name?: string; readonly extra?: readonly Uint8Array[] } = {},
): SampleLayout {
  const config = Buffer.from("{}");
  const describe = (bytes: Uint8Array, mediaType: MediaType) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      config: describe(config, MEDIA_TYPES.empty),
      layers: layers.map((layer) => describe(layer, MEDIA_TYPES.octets)),
    }),
  );
  const manifest = { ...describe(bytes, MEDIA_TYPES.manifest), name: options.name ?? "v1" };
  const blobs = [bytes, config, ...layers, ...(options.extra ?? [])];
  return { manifest, blobs, content: { manifests: [manifest], blobs: blobs.map(blobOf) } };
}

export async function gather(stream: ByteStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The bytes in chunks of one size. */
export async function* chunked(bytes: Uint8Array, size = 64 * 1024): ByteStream {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "bale-archive-"));
}

export async function inFolder<Value>(work: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = temporaryFolder();
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The code of what it throws; `undefined` when it does not. */
export async function codeOf(work: Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (BaleError.is(error)) return error.code;
    throw error;
  }
}
