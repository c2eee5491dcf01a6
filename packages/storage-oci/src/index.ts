export type { OciConfig } from "./config.js";
export { type StorageOciOptions, storageOci } from "./plugin.js";
