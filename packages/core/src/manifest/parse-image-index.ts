import { BaleError, type JsonObject, type JsonValue, LIMITS } from "@bale/spec";
import type { ImageIndex, ManifestOfPlatform } from "./manifest-model.js";
import { type ManifestReading, parseDescriptor, usesOtherAlgorithm } from "./parse-descriptor.js";

const PLATFORM_PART = /^[A-Za-z0-9._-]{1,64}$/;

function platformText(value: JsonValue | undefined): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { os, architecture, variant } = value as { readonly [key: string]: JsonValue };
  const parts = variant === undefined || variant === "" ? [os, architecture] : [os, architecture, variant];
  return parts.every((part) => typeof part === "string" && PLATFORM_PART.test(part))
    ? parts.join("/")
    : undefined;
}

/** An index of manifests. Entries whose digest bale cannot check are left out: nobody can pick them. */
export function parseImageIndex(json: JsonObject, reading: ManifestReading): ImageIndex {
  const value = json["manifests"];
  const entries = value === null ? [] : reading.shape.array(value, "manifests");
  if (entries.length > LIMITS.manifestLayers)
    throw new BaleError({
      code: "LIMIT",
      message: "the image index refused",
      why: `it has ${entries.length} manifests; at most ${LIMITS.manifestLayers} are read`,
    });
  const manifests: ManifestOfPlatform[] = [];
  for (const [index, entry] of entries.entries()) {
    const where = `manifests[${index}]`;
    const object = reading.shape.object(entry, where);
    if (usesOtherAlgorithm(object)) continue;
    const platform = platformText(object["platform"]);
    const descriptor = parseDescriptor(entry, where, reading);
    manifests.push(platform === undefined ? descriptor : { ...descriptor, platform });
  }
  return { kind: "index", manifests };
}

/** What to throw where one manifest is wanted and an index was found: it names the platforms that `--platform` can pick. */
export function imageIndexRefusal(index: ImageIndex): BaleError {
  const platforms = index.manifests.flatMap(({ platform }) => (platform === undefined ? [] : [platform]));
  const unique = [...new Set(platforms)];
  return new BaleError({
    code: "MANIFEST_UNSUPPORTED",
    message: "the reference names an image index, not one artifact",
    why:
      unique.length > 0
        ? `it holds ${unique.join(", ")}`
        : `it holds ${index.manifests.length} manifests without a platform`,
    fix: unique.length > 0 ? `pick one with --platform ${unique[0]}` : "name one of its manifests by digest",
    context: { platforms: unique },
  });
}
