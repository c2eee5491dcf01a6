export type { GoogleOptions } from "./find-token.js";
export { type GoogleCredentialsOptions, googleCredentials } from "./google-credentials.js";
export { isGoogleRegistry, isGoogleStorage } from "./google-host.js";
export { type AuthGoogleOptions, authGoogle, authGoogle as default } from "./plugin.js";
export { googleStorageCredentials } from "./storage-credentials.js";
