export { ANNOTATIONS } from "./annotations.js";
export { BaleError, type BaleErrorInit, type ErrorContextValue, exitCodeOf } from "./bale-error.js";
export type {
  BlobDeletion,
  BlobDriver,
  BlobListing,
  BlobLocator,
  BlobMounting,
  BlobReadOptions,
  BlobStat,
  BlobUploads,
  BlobWriteOptions,
  Classified,
  DriverLimits,
  UnfinishedUpload,
} from "./blob-driver.js";
export type { Brand } from "./brand.js";
export {
  type BundlePath,
  bundlePathProblem,
  comparePaths,
  type PathProblem,
  parseBundlePath,
  pathKey,
  utf8Length,
} from "./bundle-path.js";
export type {
  ByteRange,
  ByteSource,
  ByteStream,
  CallOptions,
  Deflater,
  Hasher,
  Inflater,
  RunningHash,
} from "./bytes.js";
export type {
  Credential,
  CredentialProvider,
  CredentialRequest,
  CredentialStorage,
  RegistryAction,
} from "./credentials.js";
export type { Descriptor } from "./descriptor.js";
export { type Digest, digestFromHex, digestHex, isDigest, parseDigest, shortDigest } from "./digest.js";
export { ERROR_TABLE, type ErrorCode, type ErrorRow, isErrorCode } from "./error-code.js";
export type { ErrorKind, Retry } from "./error-kind.js";
export type { AccessNeed, HttpClient, HttpRequest, HttpResponse } from "./http-client.js";
export type {
  BlobRef,
  EntryKind,
  Extent,
  FileRow,
  FileState,
  LayerSummary,
  Root,
  StoreDescription,
  TableRef,
  TreeEntry,
} from "./index-model.js";
export type { JsonObject, JsonValue } from "./json.js";
export { LIMITS } from "./limits.js";
export { MEDIA_TYPES, type MediaType, parseMediaType } from "./media-type.js";
export {
  BALE_LAYER,
  DEFAULT_LAYER,
  isName,
  type LayerName,
  parseLayerName,
  parseRoleName,
  parseStoreName,
  RESERVED_NAMES,
  type RoleName,
  type StoreName,
} from "./names.js";
export type { PingDetails, PingFailure, PingVerdict, TlsFacts, TrustedBy } from "./ping-details.js";
export type {
  BlobContribution,
  ConfigIssue,
  ConfigSchema,
  Contribution,
  CredentialContribution,
  DeclaredCredential,
  LazyPlugin,
  Plugin,
  PluginContext,
  PluginManifest,
  RemoteContribution,
  RemoteLocation,
  StandardResult,
  StandardSchema,
  StoreTrust,
} from "./plugin.js";
export type { LongCallOptions, ProgressEvent, ProgressSink, TaskKind } from "./progress.js";
export {
  type ArchiveReference,
  formatReference,
  isRegistryHost,
  isRepositoryName,
  type LayoutReference,
  parseReference,
  type Reference,
  type RegistryReference,
} from "./reference.js";
export type {
  CapabilityFinding,
  CapabilityState,
  ExamineOptions,
  HealthVerdict,
  RegistryHealth,
  ScratchReport,
} from "./registry-health.js";
export type {
  PingResult,
  RawManifest,
  RemoteLimits,
  RemoteRehearsal,
  RemoteRepository,
  RequestCost,
  ResolvedTag,
  TagUpdate,
} from "./remote.js";
export type { Result } from "./result.js";
export { type Secret, secret } from "./secret.js";
export { isTag, parseTag, type Tag } from "./tag.js";
