import { createHash } from "node:crypto";
import {
  type ByteSource,
  type Descriptor,
  type Digest,
  digestFromHex,
  MEDIA_TYPES,
  type RawManifest,
  type RemoteRepository,
} from "@bale/spec";

const encoder = new TextEncoder();
const EMPTY_CONFIG = encoder.encode("{}");

export function digestOf(bytes: Uint8Array): Digest {
  return digestFromHex(createHash("sha256").update(bytes).digest("hex"));
}

/** Bytes that can be opened more than once, in pieces, so that a driver that keeps only one of them is found out. */
export function bytesOf(content: Uint8Array, pieceBytes = 1000): ByteSource {
  return {
    size: content.length,
    open: async function* (options) {
      const end = options?.range?.endExclusive ?? content.length;
      for (let at = options?.range?.start ?? 0; at < end; at += pieceBytes)
        yield content.subarray(at, Math.min(at + pieceBytes, end));
    },
  };
}

export async function putBlob(repository: RemoteRepository, content: Uint8Array): Promise<Digest> {
  const digest = digestOf(content);
  await repository.blobs.write(repository.blobs.locate(digest), bytesOf(content), { digest });
  return digest;
}

export function textBytes(text: string): Uint8Array {
  return encoder.encode(text);
}

export function rawManifest(text: string): RawManifest {
  const bytes = encoder.encode(text);
  return { mediaType: MEDIA_TYPES.manifest, digest: digestOf(bytes), bytes };
}

export function describeRaw(manifest: RawManifest): Descriptor {
  return { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.bytes.length };
}

export interface SampleOptions {
  readonly artifactType?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly subject?: Descriptor | undefined;
  /** White space that a client must carry without a change. */
  readonly indent?: number | undefined;
}

/** Stores the blobs that a manifest names, and gives the manifest; `label` makes it one of a kind. */
export async function prepareManifest(
  repository: RemoteRepository,
  label: string,
  options: SampleOptions = {},
): Promise<RawManifest> {
  const content = encoder.encode(`content of ${label}`);
  const digest = await putBlob(repository, content);
  const config = await putBlob(repository, EMPTY_CONFIG);
  const document = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType: options.artifactType ?? "application/vnd.example.sample",
    config: { mediaType: MEDIA_TYPES.empty, digest: config, size: EMPTY_CONFIG.length },
    layers: [{ mediaType: MEDIA_TYPES.octets, digest, size: content.length }],
    ...(options.subject ? { subject: options.subject } : {}),
    annotations: { label, ...options.annotations },
  };
  return rawManifest(JSON.stringify(document, undefined, options.indent));
}

/** As `prepareManifest`, and the manifest stored under its digest. */
export async function putSample(
  repository: RemoteRepository,
  label: string,
  options: SampleOptions = {},
): Promise<RawManifest> {
  const manifest = await prepareManifest(repository, label, options);
  await repository.putManifest(manifest, { subject: options.subject });
  return manifest;
}
