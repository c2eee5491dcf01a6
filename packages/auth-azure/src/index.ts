export { type AcrCredentialsOptions, acrCredentials, type GetEntraToken } from "./acr-credentials.js";
export { type AcrRegistry, parseAcrHost } from "./acr-host.js";
export { type AuthAzureOptions, authAzure, authAzure as default } from "./plugin.js";
