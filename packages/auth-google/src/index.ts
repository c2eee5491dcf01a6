export { type GoogleCredentialsOptions, googleCredentials } from "./google-credentials.js";
export { isGoogleRegistry } from "./google-host.js";
export { type AuthGoogleOptions, authGoogle, authGoogle as default } from "./plugin.js";
