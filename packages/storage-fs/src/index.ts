export type { FsConfig } from "./config.js";
export { storageFs, storageFs as default } from "./plugin.js";
