export {
  BaleError,
  type ByteStream,
  type Digest,
  type ErrorCode,
  exitCodeOf,
  type LongCallOptions,
  type ProgressEvent,
  type ProgressSink,
} from "@bale/spec";
export type { AddResult, RemoveResult } from "@bale/workspace";
export type { ArchiveSink, ExportedBundle, ExportOptions, ExportResult } from "./archive/export-types.js";
export type { ImportedBundle, ImportOptions, ImportResult } from "./archive/import-types.js";
export type { Bale, BaleWorkspace } from "./bale.js";
export type { ClientOptions, UserSettings } from "./client/client-options.js";
export { createBale } from "./create-bale.js";
export type {
  DiffChange,
  DiffOptions,
  DiffResult,
  ListedFile,
  ListResult,
  LogEntry,
  LogResult,
  ManifestResult,
  PullCost,
  RoleLayer,
  RolesResult,
  SelectOptions,
  ShownLayer,
  ShownRole,
  ShowResult,
  StoreShare,
} from "./look/look-types.js";
export { formatPlan, parsePlan } from "./plan/parse-plan.js";
export type {
  AppliedPlan,
  ApplyOptions,
  PlanDocument,
  PlannedChange,
  PlannedTag,
  PredictedCost,
  PullPlanDocument,
  PullPlanOptions,
  PushPlanDocument,
  PushPlanOptions,
} from "./plan/plan-types.js";
export type { PullCommandOptions, PullResult } from "./pull/pull-options.js";
export type { PushCommandOptions, PushedTag, PushResult } from "./push/push-options.js";
export type { PushedVersion } from "./push/version-push.js";
export type { ExamineRegistryOptions } from "./registry/examine-registry.js";
export type { RepositoryList } from "./registry/list-repositories.js";
export { type Namespace, parseNamespace } from "./registry/parse-namespace.js";
export type {
  CopyOptions,
  CopyResult,
  PingReport,
  RepackOptions,
  TagResult,
} from "./registry/registry-types.js";
export type { StatusOptions, StatusRemote, StatusResult } from "./status/status.js";
export type { GcMarks } from "./storage/gc-marks.js";
export type { GcStoreOptions, GcStoreReport } from "./storage/gc-store.js";
export type { GcUploadsOptions, GcUploadsReport } from "./storage/gc-uploads.js";
export type {
  ExplainedPath,
  ExplainOptions,
  ExplainResult,
  MigratedBlobs,
  MigrateOptions,
  MigrateResult,
  NamedRule,
  StorageListResult,
  StoreCheck,
  StoreCost,
  StoredPlace,
  StoreFinding,
  StoreUse,
} from "./storage/storage-types.js";
export type {
  DoctorProblem,
  DoctorReport,
  EnsureOptions,
  EnsureResult,
  GcOptions,
  GcReport,
  VerifyOptions,
  VerifyProblem,
  VerifyResult,
} from "./trust/trust-types.js";
export type {
  AddOptions,
  CloneOptions,
  InitCommandOptions,
  InitCommandResult,
  RemoveOptions,
  ReplacedFile,
} from "./working-tree/work-types.js";
