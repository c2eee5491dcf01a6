import type { LayoutFsync } from "./layout/layout-options.js";
import type { RegistryProfile } from "./registry/registry-profile.js";

/** Another registry that serves the same content. */
export interface MirrorPlace {
  /** Host and port. Its own settings say how it is reached. */
  readonly registry: string;
  /** Stands before the repository's name there: `hub` makes `acme/app` `hub/acme/app`. */
  readonly prefix?: string | undefined;
  /** Whether tags are looked up there as well. */
  readonly tags?: boolean | undefined;
}
/** What a user has set for one registry, or for a namespace of it. */
export interface RegistrySettings {
  /** http instead of https; without it, http is used for loopback hosts only. */
  readonly plainHttp?: boolean | undefined;
  /** Bytes. */
  readonly chunkSize?: number | undefined;
  /** Instead of the built-in profile. */
  readonly profile?: RegistryProfile | undefined;
  readonly envelope?: "native" | "compatible" | undefined;
  /** Asked in this order, before the registry, for what is named by a digest. */
  readonly mirrors?: readonly MirrorPlace[] | undefined;
}
export interface OciPluginOptions {
  readonly settings?: ((registry: string, repository?: string) => RegistrySettings) | undefined;
  /** For layouts. */
  readonly fsync?: LayoutFsync | undefined;
}
