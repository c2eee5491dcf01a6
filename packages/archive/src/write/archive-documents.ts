import { createHash } from "node:crypto";
import { canonicalJson } from "@bale/core";
import {
  ANNOTATIONS,
  comparePaths,
  type Digest,
  digestFromHex,
  type JsonObject,
  MEDIA_TYPES,
  type MediaType,
} from "@bale/spec";

/** A manifest that an archive lists. */
export interface ArchivedManifest {
  readonly mediaType: MediaType;
  readonly digest: Digest;
  readonly size: number;
  /** Its tag, or another tool's name for it. */
  readonly name?: string | undefined;
}

/** Stands in both documents of an archive, so that no single wrong byte can make it look like another tool's. */
export const ARCHIVE_MARKER = "dev.bale.archive";
export const ARCHIVE_VERSION = "1";

export function sha256(bytes: Uint8Array): Digest {
  return digestFromHex(createHash("sha256").update(bytes).digest("hex"));
}

function compareManifests(a: ArchivedManifest, b: ArchivedManifest): number {
  return comparePaths(a.name ?? "", b.name ?? "") || comparePaths(a.digest, b.digest);
}

/** `index.json`: the one byte sequence for these manifests. */
export function archiveIndex(manifests: readonly ArchivedManifest[]): Uint8Array {
  const entries: JsonObject[] = [...manifests]
    .sort(compareManifests)
    .map(({ mediaType, digest, size, name }) => ({
      ...(name === undefined ? {} : { annotations: { [ANNOTATIONS.refName]: name } }),
      mediaType,
      digest,
      size,
    }));
  return canonicalJson({
    annotations: { [ARCHIVE_MARKER]: ARCHIVE_VERSION },
    manifests: entries,
    mediaType: MEDIA_TYPES.imageIndex,
    schemaVersion: 2,
  });
}

/** `oci-layout`: beside what the image spec asks for, the digest of `index.json`, which nothing else protects. */
export function archiveLayout(index: Uint8Array): Uint8Array {
  return canonicalJson({
    [ARCHIVE_MARKER]: { index: sha256(index), version: ARCHIVE_VERSION },
    imageLayoutVersion: "1.0.0",
  });
}
