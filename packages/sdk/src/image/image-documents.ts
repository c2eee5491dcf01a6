import { canonicalJson, userAnnotations } from "@bale/core";
import { BaleError, type JsonObject, MEDIA_TYPES, type MediaType, type RawManifest } from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import type { ImageLayer } from "./image-layer.js";

/** `os/architecture`, with `/variant` where there is one. */
export interface ImagePlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

const PART = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** @throws BaleError `USAGE` */
export function parsePlatform(text: string): ImagePlatform {
  const [os = "", architecture = "", variant, ...rest] = text.split("/");
  const parts = [os, architecture, ...(variant === undefined ? [] : [variant])];
  if (rest.length === 0 && parts.every((part) => PART.test(part)))
    return { os, architecture, ...(variant === undefined ? {} : { variant }) };
  throw new BaleError({
    code: "USAGE",
    message: `not a platform: ${JSON.stringify(text.slice(0, 100))}`,
    fix: "write os/architecture, for example linux/arm64",
  });
}

function raw(mediaType: MediaType, document: JsonObject): RawManifest {
  const bytes = canonicalJson(document);
  return { mediaType, digest: nodeHasher.digest(bytes), bytes };
}

/** The config of an image that holds files and runs nothing. Without a time, so that equal files give equal images. */
export function imageConfig(platform: ImagePlatform, layers: readonly ImageLayer[]): Uint8Array {
  return canonicalJson({
    ...platform,
    config: {},
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(({ name }) => ({ created_by: `bale layer ${name}` })),
  });
}

export function imageManifest(
  config: Uint8Array,
  layers: readonly ImageLayer[],
  annotations: Readonly<Record<string, string>>,
): RawManifest {
  const kept = userAnnotations(annotations);
  return raw(MEDIA_TYPES.manifest, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: {
      mediaType: MEDIA_TYPES.imageConfig,
      digest: nodeHasher.digest(config),
      size: config.length,
    },
    layers: layers.map(({ digest, staged }) => ({
      mediaType: MEDIA_TYPES.pack,
      digest,
      size: staged.size,
    })),
    ...(Object.keys(kept).length > 0 ? { annotations: kept } : {}),
  });
}

/** One name for the same files on several platforms. */
export function imageIndex(
  manifests: readonly { readonly platform: ImagePlatform; readonly manifest: RawManifest }[],
): RawManifest {
  return raw(MEDIA_TYPES.imageIndex, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.imageIndex,
    manifests: manifests.map(({ platform, manifest }) => ({
      mediaType: manifest.mediaType,
      digest: manifest.digest,
      size: manifest.bytes.length,
      platform: { ...platform },
    })),
  });
}
