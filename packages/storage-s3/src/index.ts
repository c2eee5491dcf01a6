export type { AwsIdentity } from "./api/identity.js";
export type { S3Config } from "./config.js";
export type { StorageS3Options } from "./options.js";
export { storageS3, storageS3 as default } from "./plugin.js";
