export { blobDriverConformance } from "./blob-driver/blob-driver-conformance.js";
export type { BlobHarness } from "./blob-driver/blob-harness.js";
export type {
  BrokenCredential,
  CredentialHarness,
  KnownCredential,
} from "./credentials/credential-harness.js";
export { credentialProviderConformance } from "./credentials/credential-provider-conformance.js";
export { pluginConformance } from "./plugin/plugin-conformance.js";
export type { PluginHarness, SampleSource, SampleStore } from "./plugin/plugin-harness.js";
export type { RemoteHarness } from "./remote/remote-harness.js";
export { remoteRepositoryConformance } from "./remote/remote-repository-conformance.js";
export type { TestApi } from "./test-api.js";
