export { type AuthDockerOptions, authDocker } from "./auth-docker.js";
export { configuredHelper } from "./configured-helper.js";
export { dockerCredentials } from "./docker-credentials.js";
export type { DockerOptions } from "./docker-options.js";
export { eraseCredential } from "./erase-credential.js";
export { type SavedTo, type ScopeOptions, saveCredential } from "./save-credential.js";
export { type StoredNamespace, storedNamespaces } from "./stored-namespaces.js";
