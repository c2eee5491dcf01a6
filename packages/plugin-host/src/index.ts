export { createPluginHost, type PluginHost, type PluginHostOptions, type PluginInfo } from "./plugin-host.js";
export { originsOf, scopedCredentials } from "./scoped-credentials.js";
export { isPlugin, pluginIssues } from "./validate-plugin.js";
