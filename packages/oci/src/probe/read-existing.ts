import { BaleError, type Digest, type ExamineOptions, type RawManifest, type Tag } from "@bale/spec";
import { readDescriptor, readMediaType } from "../parse-descriptor.js";
import { isJsonObject, parseDocument } from "../parse-document.js";
import { MANIFEST_HEADERS } from "../registry/manifest-accept.js";
import { sha256 } from "../sha256.js";
import { isGood, type Probe, type ReadSubject } from "./probe.js";
import { isManifestType } from "./probe-reads.js";

/** What there is to read: what was named, else `latest`, else the first tag of the list. */
async function candidates(probe: Probe, options: ExamineOptions): Promise<readonly (Tag | Digest)[]> {
  const named = options.digest ?? options.tag;
  const list = await probe.ask({ method: "GET", target: "tags/list?n=10" });
  let tags: readonly unknown[] = [];
  try {
    const parsed = parseDocument(list.bytes, "the list of tags", "SERVER")["tags"];
    if (Array.isArray(parsed)) tags = parsed;
  } catch (error) {
    if (!BaleError.is(error)) throw error;
  }
  const listed = tags.filter((tag): tag is Tag => typeof tag === "string" && /^\w[\w.-]{0,127}$/.test(tag));
  return [...(named ? [named] : []), "latest" as Tag, ...listed.slice(0, 3)];
}

function smallestBlob(manifest: RawManifest): ReadSubject["blob"] | undefined {
  const document = parseDocument(manifest.bytes, "the manifest", "MANIFEST_INVALID");
  const { config, layers } = document;
  const blobs = [...(isJsonObject(config) ? [config] : []), ...(Array.isArray(layers) ? layers : [])]
    .map(readDescriptor)
    .filter((blob) => blob !== undefined && blob.size >= 3);
  return blobs.reduce(
    (least, blob) => (least === undefined || (blob && blob.size < least.size) ? blob : least),
    undefined,
  );
}

/** Something of somebody's that can be read where nothing may be written. */
export async function readExisting(probe: Probe, options: ExamineOptions): Promise<ReadSubject | undefined> {
  for (const reference of await candidates(probe, options)) {
    const answer = await probe.ask({
      method: "GET",
      target: `manifests/${reference}`,
      headers: MANIFEST_HEADERS,
      keep: 5 * 1024 * 1024,
    });
    const mediaType = readMediaType(answer.headers["content-type"]);
    if (!isGood(answer) || mediaType === undefined || !isManifestType(mediaType)) continue;
    const manifest: RawManifest = { mediaType, digest: sha256(answer.bytes), bytes: answer.bytes };
    try {
      const blob = smallestBlob(manifest);
      if (blob) return { blob, reference, manifest };
    } catch (error) {
      if (!BaleError.is(error)) throw error;
    }
  }
  return undefined;
}
