import type { ByteStream, LongCallOptions, RegistryHealth } from "@bale/spec";
import type { AddResult, RemoveResult } from "@bale/workspace";
import type { ExportOptions, ExportResult } from "./archive/export-types.js";
import type { ImportOptions, ImportResult } from "./archive/import-types.js";
import type {
  DiffOptions,
  DiffResult,
  ListResult,
  LogResult,
  ManifestResult,
  RolesResult,
  SelectOptions,
  ShowResult,
} from "./look/look-types.js";
import type {
  AppliedPlan,
  ApplyOptions,
  PlanDocument,
  PullPlanDocument,
  PushPlanDocument,
} from "./plan/plan-types.js";
import type { PullCommandOptions, PullResult } from "./pull/pull-options.js";
import type { PushCommandOptions, PushResult } from "./push/push-options.js";
import type { ExamineRegistryOptions } from "./registry/examine-registry.js";
import type { RepositoryList } from "./registry/list-repositories.js";
import type {
  CopyOptions,
  CopyResult,
  PingReport,
  RepackOptions,
  TagResult,
} from "./registry/registry-types.js";
import type { StatusOptions, StatusResult } from "./status/status.js";
import type { GcStoreOptions, GcStoreReport } from "./storage/gc-store.js";
import type { GcUploadsOptions, GcUploadsReport } from "./storage/gc-uploads.js";
import type {
  ExplainOptions,
  ExplainResult,
  MigrateOptions,
  MigrateResult,
  StorageListResult,
  StoreCheck,
} from "./storage/storage-types.js";
import type {
  DoctorReport,
  EnsureOptions,
  EnsureResult,
  GcOptions,
  GcReport,
  VerifyOptions,
  VerifyResult,
} from "./trust/trust-types.js";
import type {
  AddOptions,
  CloneOptions,
  InitCommandOptions,
  InitCommandResult,
  RemoveOptions,
  ReplacedFile,
} from "./working-tree/work-types.js";

/** Commands on one workspace. Those that change something take its lock for as long as they run. */
export interface BaleWorkspace {
  readonly root: string;
  add(args: readonly string[], options: AddOptions): Promise<AddResult>;
  remove(args: readonly string[], options: RemoveOptions): Promise<RemoveResult>;
  status(options?: StatusOptions): Promise<StatusResult>;
  diff(options?: DiffOptions): Promise<DiffResult>;
  push(options?: PushCommandOptions): Promise<PushResult>;
  pull(options?: PullCommandOptions): Promise<PullResult>;
  /** What a push would do, to the byte; its packs lie in staging afterwards, and nothing else changed. */
  planPush(options?: PushCommandOptions): Promise<PushPlanDocument>;
  planPull(options?: PullCommandOptions): Promise<PullPlanDocument>;
  /** Carries out exactly that plan, or nothing. @throws BaleError `PLAN_STALE` */
  apply(plan: PlanDocument, options?: ApplyOptions): Promise<AppliedPlan>;
  /** What `--theirs`, `--overwrite` and `--mirror` put aside. */
  listReplaced(): Promise<readonly ReplacedFile[]>;
  /** Brings paths back; without paths, nothing. What is there now is put aside in turn. */
  restore(
    paths: readonly string[],
    options?: LongCallOptions,
  ): Promise<{ readonly restored: readonly string[] }>;
  verify(options?: VerifyOptions): Promise<VerifyResult>;
  /** The working tree as a push would make it, in an archive; nothing is pushed. */
  export(options: ExportOptions): Promise<ExportResult>;
  gc(options?: GcOptions): Promise<GcReport>;
  /** Marks what no user of a store needs, and removes what an earlier run marked. */
  gcStore(name: string, options: GcStoreOptions): Promise<GcStoreReport>;
  /** Gives up unfinished uploads; without names, of every store of `bale.yaml` and of the upstream. */
  gcUploads(names: readonly string[], options?: GcUploadsOptions): Promise<readonly GcUploadsReport[]>;
  /** Stores of `bale.yaml` and of the upstream, where it can be reached. No store is asked. */
  stores(options?: LongCallOptions): Promise<StorageListResult>;
  /** Which rule decides where content goes, where it lies now, and what a push would send. */
  explainStorage(options?: ExplainOptions): Promise<ExplainResult>;
  /** Writes a small object to each store, reads it and removes it; without names, to every store that `bale.yaml` declares. */
  checkStores(names: readonly string[], options?: LongCallOptions): Promise<readonly StoreCheck[]>;
  /** Moves blobs between stores and registry by a new manifest; the content digest stays. */
  migrateStorage(options?: MigrateOptions): Promise<MigrateResult>;
  doctor(options?: { readonly repair?: boolean | undefined }): Promise<DoctorReport>;
}

/** The async client: everything that the command line does. It prints nothing, reads no environment and never exits. */
export interface Bale extends AsyncDisposable {
  init(options: InitCommandOptions): Promise<InitCommandResult>;
  clone(options: CloneOptions): Promise<PullResult & { readonly directory: string }>;
  /** The workspace at or above a directory. @throws BaleError `NOT_A_WORKSPACE` */
  workspace(directory: string): Promise<BaleWorkspace>;
  ensure(reference: string, options: EnsureOptions): Promise<EnsureResult>;
  /** Two references (A and B); a workspace is not needed. */
  diff(options: DiffOptions & { readonly a: string; readonly b: string }): Promise<DiffResult>;
  ls(reference: string, options?: SelectOptions): Promise<ListResult>;
  /** `REF` or `REF//PATH`. */
  show(reference: string, options?: SelectOptions): Promise<ShowResult>;
  /** `REF//PATH`: the content, checked; a late mismatch throws instead of ending. */
  cat(
    reference: string,
    options?: LongCallOptions,
  ): Promise<{ readonly size: number; readonly content: ByteStream }>;
  manifest(reference: string, options?: LongCallOptions): Promise<ManifestResult>;
  tags(reference: string, options?: LongCallOptions): Promise<readonly string[]>;
  roles(reference: string, options?: LongCallOptions): Promise<RolesResult>;
  /** The stores that a bundle lies in. */
  stores(reference: string, options?: LongCallOptions): Promise<StorageListResult>;
  log(reference: string, options?: LongCallOptions): Promise<LogResult>;
  verify(options: VerifyOptions & { readonly reference: string }): Promise<VerifyResult>;
  /** A folder that `ensure` filled, against the digest that was ensured; else the workspace at or above it. */
  verifyFolder(directory: string, options?: Omit<VerifyOptions, "reference">): Promise<VerifyResult>;
  copy(source: string, destination: string, options?: CopyOptions): Promise<CopyResult>;
  /** Bundles and artifacts as one deterministic file; the last byte is written only when every blob had its digest. */
  export(references: readonly string[], options: ExportOptions): Promise<ExportResult>;
  /** `FILE.tar` (one bundle of it: `FILE.tar:TAG`) or its bytes. Without a destination, `options.into` becomes a workspace. */
  import(
    archive: string | ByteStream,
    destination: string | undefined,
    options?: ImportOptions,
  ): Promise<ImportResult>;
  /** Writes the packs of a bundle anew, in a temporary copy that is removed afterwards. The content digest stays. */
  repack(reference: string, options?: RepackOptions): Promise<PushResult>;
  tag(
    reference: string,
    tag: string,
    options?: LongCallOptions & { readonly force?: boolean | undefined },
  ): Promise<TagResult>;
  untag(reference: string, options?: LongCallOptions): Promise<TagResult>;
  ping(host: string, options?: LongCallOptions): Promise<PingReport>;
  /** Of `HOST[/NAMESPACE]`; default what `defaultRegistry` says. */
  repositories(namespace?: string, options?: LongCallOptions): Promise<RepositoryList>;
  /** Tries out what a registry can do, in a scratch tag of the repository. What it found is not kept here. */
  examineRegistry(reference: string, options?: ExamineRegistryOptions): Promise<RegistryHealth>;
}
