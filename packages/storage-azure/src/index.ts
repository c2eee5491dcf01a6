export type { AzureConfig } from "./config.js";
export { storageAzure, storageAzure as default } from "./plugin.js";
