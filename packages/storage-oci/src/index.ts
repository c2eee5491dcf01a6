export type { OciConfig } from "./config.js";
export { type StorageOciOptions, storageOci, storageOci as default } from "./plugin.js";
