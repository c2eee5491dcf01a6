export type { LayoutFsync, OpenLayoutOptions } from "./layout/layout-options.js";
export { openLayout } from "./layout/open-layout.js";
export { oci } from "./plugin.js";
export type { MirrorPlace, OciPluginOptions, RegistrySettings } from "./plugin-options.js";
export { deleteManifest } from "./registry/delete-manifest.js";
export type { RegistryExchange } from "./registry/registry-exchange.js";
export type { Log, RegistryRepositoryOptions } from "./registry/registry-options.js";
export { type RegistryProfile, registryProfile } from "./registry/registry-profile.js";
export { createRegistryRepository, openExchange } from "./registry/registry-repository.js";
