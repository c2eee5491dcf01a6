import { type Descriptor, type Digest, MEDIA_TYPES } from "@bale/spec";
import { canonicalJson } from "../json/canonical-json.js";

/** The config of the compatible envelope: what the image spec asks of an image config, for no platform, so that nothing tries to run it. */
export function compatibleConfigBytes(): Uint8Array {
  return canonicalJson({
    architecture: "unknown",
    os: "unknown",
    config: {},
    rootfs: { type: "layers", diff_ids: [] },
  });
}

/** Names those bytes. They never change, so no digest has to be computed. */
export const COMPATIBLE_CONFIG: Descriptor = {
  mediaType: MEDIA_TYPES.imageConfig,
  digest: "sha256:7c86b7c17c94d4b7c6947195550f2fa60df3f6fff6cc40dafa2aa8b14f2d11a4" as Digest,
  size: 94,
};
