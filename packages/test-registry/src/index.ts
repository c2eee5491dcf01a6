export type { AuthControl, AuthOptions, TokenRequest } from "./auth/auth-options.js";
export type { FaultAction, FaultHandle, FaultHit, FaultRule } from "./faults/fault-rule.js";
export type { ListingQuirks } from "./quirks/listing-quirks.js";
export type { ManifestQuirks } from "./quirks/manifest-quirks.js";
export { noQuirks, type Quirks } from "./quirks/quirks.js";
export type { BlobRedirect, ReadQuirks } from "./quirks/read-quirks.js";
export { type RegistryProfileName, registryProfiles } from "./quirks/registry-profiles.js";
export type { RateLimit, ServiceQuirks } from "./quirks/service-quirks.js";
export type { UploadQuirks } from "./quirks/upload-quirks.js";
export type { ListenerName, RequestRecord } from "./request-record.js";
export type { TlsOptions } from "./server/listener.js";
export type { PutManifestOptions, RegistryStore } from "./store/registry-store.js";
export type { StoredManifest } from "./store/repository-content.js";
export type { StoredBlob } from "./store/stored-blob.js";
export { startTestRegistry, type TestRegistry, type TestRegistryOptions } from "./test-registry.js";
export {
  createTestCertificate,
  type TestCertificate,
  type TestCertificateOptions,
} from "./tls/test-certificate.js";
