import {
  BaleError,
  type Descriptor,
  type Digest,
  LIMITS,
  MEDIA_TYPES,
  type MediaType,
  type RawManifest,
} from "@bale/spec";
import { manifestFacts, readMediaType } from "../parse-descriptor.js";
import { parseDocument } from "../parse-document.js";
import { sha256 } from "../sha256.js";
import { storeBlob } from "./layout-blob-write.js";
import { blobFile, checkFolders } from "./layout-folder.js";
import { manifestsOf } from "./layout-index.js";
import type { LayoutState } from "./layout-state.js";
import { readSmallFile } from "./regular-file.js";

/** Bytes of a manifest, checked; `undefined` when the layout lacks it. @throws BaleError `DIGEST_MISMATCH`, `LIMIT` */
export async function readLayoutManifest(
  layout: LayoutState,
  digest: Digest,
): Promise<Uint8Array | undefined> {
  await checkFolders(layout.folder);
  const bytes = await readSmallFile(blobFile(layout.folder, digest), LIMITS.manifestBytes);
  if (!bytes) return undefined;
  const actual = sha256(bytes);
  if (actual === digest) return bytes;
  throw new BaleError({
    code: "DIGEST_MISMATCH",
    message: `a manifest in ${layout.folder.directory} does not have its digest`,
    why: `expected ${digest}, and the bytes have ${actual}`,
    context: { expected: digest, actual },
  });
}

/** The media type by which the index lists a manifest, else its own, else the kind that its members show. */
async function mediaTypeOf(layout: LayoutState, digest: Digest, bytes: Uint8Array): Promise<MediaType> {
  const listed = manifestsOf(await layout.readIndex()).find((entry) => entry.digest === digest);
  if (listed) return listed.mediaType;
  const manifest = parseDocument(bytes, "the manifest", "MANIFEST_INVALID");
  return (
    readMediaType(manifest["mediaType"]) ??
    (manifest["manifests"] === undefined ? MEDIA_TYPES.manifest : MEDIA_TYPES.imageIndex)
  );
}

/** `getManifest` of the contract. */
export async function getLayoutManifest(layout: LayoutState, digest: Digest): Promise<RawManifest> {
  const bytes = await readLayoutManifest(layout, digest);
  if (bytes) return { mediaType: await mediaTypeOf(layout, digest, bytes), digest, bytes };
  throw new BaleError({
    code: "NOT_FOUND",
    message: `no manifest ${digest} in ${layout.folder.directory}`,
    context: { path: layout.folder.directory, digest },
  });
}

/** Stores the bytes as a blob and says how the index lists them. @throws BaleError `DIGEST_MISMATCH`, `REGISTRY_LIMIT` */
export async function storeLayoutManifest(
  layout: LayoutState,
  manifest: RawManifest,
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  const { bytes, digest, mediaType } = manifest;
  if (bytes.length > LIMITS.manifestBytes)
    throw new BaleError({
      code: "REGISTRY_LIMIT",
      message: "the manifest is too large",
      why: `${bytes.length} bytes; the limit is ${LIMITS.manifestBytes}`,
    });
  const source = {
    size: bytes.length,
    open: async function* () {
      yield bytes;
    },
  };
  await storeBlob(layout, source, { digest, signal });
  const { artifactType } = manifestFacts(parseDocument(bytes, "the manifest", "MANIFEST_INVALID"));
  return { mediaType, digest, size: bytes.length, ...(artifactType ? { artifactType } : {}) };
}
