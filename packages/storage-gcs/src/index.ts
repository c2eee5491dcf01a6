export type { GcsConfig } from "./config.js";
export { storageGcs, storageGcs as default } from "./plugin.js";
