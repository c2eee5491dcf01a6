export { type AcrCredentialsOptions, acrCredentials } from "./acr-credentials.js";
export { type AcrRegistry, parseAcrHost } from "./acr-host.js";
export type { EntraOptions, GetEntraToken } from "./find-token.js";
export { type AuthAzureOptions, authAzure, authAzure as default } from "./plugin.js";
export { azureStorageCredentials } from "./storage-credentials.js";
