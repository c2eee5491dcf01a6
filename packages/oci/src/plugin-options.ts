import type { LayoutFsync } from "./layout/layout-options.js";
import type { RegistryProfile } from "./registry/registry-profile.js";

/** What a user has set for one registry. */
export interface RegistrySettings {
  /** http instead of https; without it, http is used for loopback hosts only. */
  readonly plainHttp?: boolean | undefined;
  /** Bytes. */
  readonly chunkSize?: number | undefined;
  /** Instead of the built-in profile. */
  readonly profile?: RegistryProfile | undefined;
  readonly envelope?: "native" | "compatible" | undefined;
}
export interface OciPluginOptions {
  readonly settings?: ((registry: string) => RegistrySettings) | undefined;
  /** For layouts. */
  readonly fsync?: LayoutFsync | undefined;
}
