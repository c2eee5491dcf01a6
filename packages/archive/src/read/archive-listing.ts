import { parseJson, parseManifest } from "@bale/core";
import { ANNOTATIONS, BaleError, type JsonObject, type JsonValue, LIMITS, MEDIA_TYPES } from "@bale/spec";
import { archiveRefused } from "../archive-refused.js";
import {
  ARCHIVE_MARKER,
  ARCHIVE_VERSION,
  type ArchivedManifest,
  archiveIndex,
  archiveLayout,
  sha256,
} from "../write/archive-documents.js";

/** The two documents of a layout, as they are in the archive. */
export interface ArchiveDocuments {
  readonly index: Uint8Array | undefined;
  readonly layout: Uint8Array | undefined;
}
export interface ArchiveListing {
  readonly manifests: readonly ArchivedManifest[];
  /** Whether it says that bale made it. */
  readonly own: boolean;
  /** For an own one: what is different from what bale would have written. */
  readonly difference: string | undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseObject(bytes: Uint8Array, what: string): JsonObject {
  const json = parseJson(bytes, { maxBytes: LIMITS.pageBytes, what, code: "MANIFEST_INVALID" });
  if (isObject(json)) return json;
  throw archiveRefused("ARCHIVE_INVALID", `${what} is no object`);
}

function checkVersion(layout: JsonObject): void {
  const version = layout["imageLayoutVersion"];
  if (typeof version === "string" && version.startsWith("1.")) return;
  throw new BaleError({
    code: "UNSUPPORTED",
    message: "the archive has a layout of a version that is not known",
    why: `imageLayoutVersion is ${JSON.stringify(version)?.slice(0, 60)}`,
  });
}

// What containerd and docker write for a name: registry, repository and tag.
const CONTAINERD_NAME = "io.containerd.image.name";

/** Which version of the form each document says it has; `undefined` where it bears no mark. */
function versionsOf(
  index: JsonObject,
  layout: JsonObject,
): readonly [JsonValue | undefined, JsonValue | undefined] {
  const { annotations } = index;
  const mark = layout[ARCHIVE_MARKER];
  return [
    isObject(annotations) ? annotations[ARCHIVE_MARKER] : undefined,
    isObject(mark) ? mark["version"] : mark,
  ];
}

/** Both agree, so that it is no damage, on a version that is not this one. */
function refuseNewer([index, layout]: readonly [JsonValue | undefined, JsonValue | undefined]): void {
  if (typeof index !== "string" || index !== layout || index === ARCHIVE_VERSION) return;
  throw new BaleError({
    code: "UNSUPPORTED",
    message: "the archive was made by a newer bale",
    why: `it has version ${JSON.stringify(index.slice(0, 20))} of the form; this bale reads ${ARCHIVE_VERSION}`,
    fix: "upgrade bale",
  });
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.from(a.buffer, a.byteOffset, a.length).equals(b);
}

/** @throws BaleError `ARCHIVE_INVALID`, `MANIFEST_INVALID`, `LIMIT`, `UNSUPPORTED` */
export function readArchiveListing({ index, layout }: ArchiveDocuments): ArchiveListing {
  if (!index || !layout)
    throw archiveRefused(
      "ARCHIVE_INVALID",
      `it has no file ${index ? "oci-layout" : "index.json"}: no OCI image layout`,
      {
        fix: "name an archive of `bale export`, of `skopeo copy ... oci-archive:FILE.tar`, or a tar of an OCI image layout",
      },
    );
  const layoutJson = parseObject(layout, "oci-layout");
  const indexJson = parseObject(index, "index.json");
  checkVersion(layoutJson);
  const parsed = parseManifest({ mediaType: MEDIA_TYPES.imageIndex, digest: sha256(index), bytes: index });
  if (parsed.kind !== "index") throw archiveRefused("ARCHIVE_INVALID", "index.json is no image index");
  const manifests = parsed.manifests.map(({ mediaType, digest, size, annotations }): ArchivedManifest => {
    const name = annotations?.[ANNOTATIONS.refName] ?? annotations?.[CONTAINERD_NAME];
    return { mediaType, digest, size, ...(name === undefined ? {} : { name }) };
  });
  // Named by a digest that cannot be checked, an entry would silently be left out.
  const listed = indexJson["manifests"];
  if (!Array.isArray(listed) || listed.length === 0 || listed.length !== manifests.length)
    throw archiveRefused(
      "ARCHIVE_INVALID",
      "its index.json lists no manifest, or one without a sha256 digest",
    );
  const versions = versionsOf(indexJson, layoutJson);
  refuseNewer(versions);
  const own = versions.some((version) => version !== undefined);
  if (!own) return { manifests, own, difference: undefined };
  const isCanonical = sameBytes(index, archiveIndex(manifests)) && sameBytes(layout, archiveLayout(index));
  return { manifests, own, difference: isCanonical ? undefined : "its index is not the canonical one" };
}
