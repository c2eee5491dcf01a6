import type { Digest } from "./digest.js";
import type { MediaType } from "./media-type.js";

/** What a manifest says of one blob or manifest: the expectation that travels with every read. `size` in bytes. */
export interface Descriptor {
  readonly mediaType: MediaType;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: MediaType;
  readonly annotations?: Readonly<Record<string, string>>;
}
