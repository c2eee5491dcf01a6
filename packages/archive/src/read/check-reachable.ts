import { parseManifest } from "@bale/core";
import { type Digest, LIMITS, MEDIA_TYPES } from "@bale/spec";
import { archiveRefused } from "../archive-refused.js";
import type { ArchivedManifest } from "../write/archive-documents.js";
import type { ExtractionFolder } from "./extraction-folder.js";

// An index may name indexes; four levels is more than any tool makes, and digests make no cycles.
const INDEX_DEPTH = 4;
const INDEX_TYPES: readonly string[] = [MEDIA_TYPES.imageIndex, MEDIA_TYPES.dockerManifestList];
const MANIFEST_TYPES: readonly string[] = [...INDEX_TYPES, MEDIA_TYPES.manifest, MEDIA_TYPES.dockerManifest];

interface Named {
  readonly digest: Digest;
  readonly size: number;
}

async function checkBlob(folder: ExtractionFolder, { digest, size }: Named): Promise<void> {
  const found = await folder.size(digest);
  if (found === undefined)
    throw archiveRefused("BLOB_MISSING", `it names ${digest}, which is not in it`, {
      fix: "export it again, whole",
      context: { digest },
    });
  if (found !== size)
    throw archiveRefused("SIZE_MISMATCH", `${digest} has ${found} bytes, and is said to have ${size}`, {
      context: { digest },
    });
}

/**
 * Walks from what an archive lists to everything that it names: all of it must be there, in the size that is said. Digests were checked when
 * the blobs came in.
 * @throws BaleError `BLOB_MISSING`, `SIZE_MISMATCH`, `LIMIT`, `MANIFEST_INVALID`, `MANIFEST_UNSUPPORTED`
 */
export async function checkReachable(
  folder: ExtractionFolder,
  manifests: readonly ArchivedManifest[],
): Promise<void> {
  const seen = new Set<string>();
  const visit = async ({ mediaType, digest, size }: ArchivedManifest, depth: number): Promise<void> => {
    const key = `${digest} ${size} ${mediaType}`;
    if (seen.has(key)) return;
    seen.add(key);
    if (depth > INDEX_DEPTH || seen.size > LIMITS.manifestLayers)
      throw archiveRefused(
        "LIMIT",
        `its indexes are nested too deeply or too large: at most ${INDEX_DEPTH} levels and ${LIMITS.manifestLayers} manifests`,
      );
    await checkBlob(folder, { digest, size });
    if (size > LIMITS.manifestBytes)
      throw archiveRefused("LIMIT", `a manifest has ${size} bytes; the limit is ${LIMITS.manifestBytes}`);
    const parsed = parseManifest({ mediaType, digest, bytes: await folder.read(digest) });
    if (parsed.kind !== "index")
      for (const blob of [parsed.config, ...parsed.layers]) await checkBlob(folder, blob);
    // An index may list anything; what is no manifest is a blob.
    else
      for (const child of parsed.manifests)
        await (MANIFEST_TYPES.includes(child.mediaType) ? visit(child, depth + 1) : checkBlob(folder, child));
  };
  for (const manifest of manifests) await visit(manifest, 0);
}
