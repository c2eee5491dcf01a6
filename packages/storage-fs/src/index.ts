export type { FsConfig } from "./config.js";
export { storageFs } from "./plugin.js";
