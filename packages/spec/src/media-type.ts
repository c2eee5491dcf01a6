import { BaleError } from "./bale-error.js";
import type { Brand } from "./brand.js";

export type MediaType = Brand<string, "MediaType">;

// RFC 6838 section 4.2; parameters are dropped before this check, since the distribution spec says to ignore them.
const RESTRICTED = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/;

/** @throws BaleError `MANIFEST_INVALID` */
export function parseMediaType(value: unknown): MediaType {
  if (typeof value === "string" && value.length <= 512 && RESTRICTED.test(value)) return value as MediaType;
  throw new BaleError({
    code: "MANIFEST_INVALID",
    message: "not a media type",
    why: JSON.stringify(String(value).slice(0, 120)),
  });
}

/** The media types that bale writes or reads by name. */
export const MEDIA_TYPES = {
  index: "application/vnd.bale.index.v1+json" as MediaType,
  table: "application/vnd.bale.files.v1+gzip" as MediaType,
  bundle: "application/vnd.bale.bundle.v1" as MediaType,
  pack: "application/vnd.oci.image.layer.v1.tar+gzip" as MediaType,
  tar: "application/vnd.oci.image.layer.v1.tar" as MediaType,
  octets: "application/octet-stream" as MediaType,
  manifest: "application/vnd.oci.image.manifest.v1+json" as MediaType,
  imageIndex: "application/vnd.oci.image.index.v1+json" as MediaType,
  imageConfig: "application/vnd.oci.image.config.v1+json" as MediaType,
  empty: "application/vnd.oci.empty.v1+json" as MediaType,
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json" as MediaType,
  dockerManifestList: "application/vnd.docker.distribution.manifest.list.v2+json" as MediaType,
} as const;
