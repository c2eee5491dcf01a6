export { servesOrigin } from "./host-patterns.js";
export { pluginCredentials } from "./plugin-credentials.js";
export type { GuardLimits } from "./plugin-guard.js";
export { createPluginHost, type PluginHost, type PluginHostOptions } from "./plugin-host.js";
export { readPluginManifest } from "./plugin-manifest.js";
export type { AbsentHint, PluginInfo, ServiceKind } from "./plugin-set.js";
export { originsOf, scopedCredentials } from "./scoped-credentials.js";
export type { PluginAdapter, PluginAdapters } from "./spec-versions.js";
export { isPlugin, pluginIssues } from "./validate-plugin.js";
