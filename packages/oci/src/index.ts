export type { LayoutFsync, OpenLayoutOptions } from "./layout/layout-options.js";
export type { OciPluginOptions, RegistrySettings } from "./plugin-options.js";
export type { Log, RegistryRepositoryOptions } from "./registry/registry-options.js";
export { type RegistryProfile, registryProfile } from "./registry/registry-profile.js";
