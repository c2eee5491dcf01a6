import type { ByteStream, LongCallOptions, RegistryHealth } from "@bale/spec";
import type { AddResult, RemoveResult } from "@bale/workspace";
import type { ExportOptions, ExportResult } from "./archive/export-types.js";
import type { ImportOptions, ImportResult } from "./archive/import-types.js";
import type {
  DiffOptions,
  DiffResult,
  ListedFile,
  ListResult,
  LogEntry,
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
  /** The absolute path of the folder that holds `bale.yaml`. */
  readonly root: string;
  /**
   * Tracks files; folders and globs are taken as on a command line. What was refused is in the result.
   * @throws BaleError `LOCKED`, `INTERRUPTED`, `IO`
   */
  add(args: readonly string[], options: AddOptions): Promise<AddResult>;
  /** Stops tracking files; they stay on disk unless `delete` says otherwise. @throws BaleError `LOCKED`, `INTERRUPTED` */
  remove(args: readonly string[], options: RemoveOptions): Promise<RemoveResult>;
  /** Working tree, base and upstream compared; one request, at most three seconds long unless `mode` says otherwise. */
  status(options?: StatusOptions): Promise<StatusResult>;
  /** What differs between the working tree, its base and the upstream. */
  diff(options?: DiffOptions): Promise<DiffResult>;
  /**
   * Sends what is new. The tag moves last, and only when it is where it was when the push began.
   * @throws BaleError `PUSH_REFUSED` with every path in the way, `TAG_MOVED`, `FILE_CHANGED`, `INTERRUPTED` and what a request meets
   */
  push(options?: PushCommandOptions): Promise<PushResult>;
  /**
   * Brings what is new. Everything is fetched and checked before the first file changes.
   * @throws BaleError `PULL_REFUSED` with every path in the way, `DIGEST_MISMATCH`, `INTERRUPTED` and what a request meets
   */
  pull(options?: PullCommandOptions): Promise<PullResult>;
  /** What a push would do, to the byte; its packs lie in staging afterwards, and nothing else changed. */
  planPush(options?: PushCommandOptions): Promise<PushPlanDocument>;
  /** What a pull would do, to the byte; nothing but the index is fetched. */
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
  /** Every held file against its digest, and the index of the upstream. What is wrong is in the result. */
  verify(options?: VerifyOptions): Promise<VerifyResult>;
  /** The working tree as a push would make it, in an archive; nothing is pushed. */
  export(options: ExportOptions): Promise<ExportResult>;
  /** Removes staging, what was put aside, and cached objects that nothing needs. Nothing tracked, and nothing remote. */
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
  /** Looks for what a crash may have left behind, and with `repair` puts it right. */
  doctor(options?: { readonly repair?: boolean | undefined }): Promise<DoctorReport>;
}

/**
 * The async client: everything that the command line does. It prints nothing, reads no environment and never exits.
 *
 * Every method rejects with a `BaleError`, whose `code` is one of a closed table; those named below are its own, and any that asks a registry
 * may meet `NOT_FOUND`, `AUTH_FAILED`, `DENIED`, `RATE_LIMITED`, `CONNECT_FAILED` and their like. With a `signal`, a method rejects with
 * `INTERRUPTED` soon after it was aborted.
 */
export interface Bale extends AsyncDisposable {
  /** Makes a workspace of a folder, with or without files in it. What is there already is kept. @throws BaleError `IO`, `REFERENCE_INVALID` */
  init(options: InitCommandOptions): Promise<InitCommandResult>;
  /** A workspace from a bundle, in a folder that is absent or empty. One that fails leaves nothing. @throws BaleError `WOULD_OVERWRITE` */
  clone(options: CloneOptions): Promise<PullResult & { readonly directory: string }>;
  /** The workspace at or above a directory. @throws BaleError `NOT_A_WORKSPACE` */
  workspace(directory: string): Promise<BaleWorkspace>;
  /**
   * Afterwards every selected path below `directory` has the bundle's content. A second call for what is there costs one request.
   * @throws BaleError `WOULD_OVERWRITE` for a folder that holds something else
   */
  ensure(reference: string, options: EnsureOptions): Promise<EnsureResult>;
  /** Two references (A and B); a workspace is not needed. */
  diff(options: DiffOptions & { readonly a: string; readonly b: string }): Promise<DiffResult>;
  /** Every file of a bundle at once; see `iterateFiles`. */
  ls(reference: string, options?: SelectOptions): Promise<ListResult>;
  /** The same, one by one: a bundle may have millions. */
  iterateFiles(reference: string, options?: SelectOptions): AsyncIterable<ListedFile>;
  /** What a bundle, or a file of it (`REF//PATH`), is: digests, sizes in bytes, layers, roles, stores. */
  show(reference: string, options?: SelectOptions): Promise<ShowResult>;
  /** `REF//PATH`: the content, checked; a late mismatch throws instead of ending. */
  cat(
    reference: string,
    options?: LongCallOptions,
  ): Promise<{ readonly size: number; readonly content: ByteStream }>;
  /** The manifest's bytes as the registry serves them, and its descriptor. */
  manifest(reference: string, options?: LongCallOptions): Promise<ManifestResult>;
  /** All tags of a repository in the registry's order; see `iterateTags`. */
  tags(reference: string, options?: LongCallOptions): Promise<readonly string[]>;
  /** The same, page by page as they are wanted. */
  iterateTags(reference: string, options?: LongCallOptions): AsyncIterable<string>;
  /** Layers and roles, with what each of them costs to pull, in bytes. */
  roles(reference: string, options?: LongCallOptions): Promise<RolesResult>;
  /** The stores that a bundle lies in. */
  stores(reference: string, options?: LongCallOptions): Promise<StorageListResult>;
  /** The history, newest first, at most 64 entries, and why it ends; see `iterateLog`. */
  log(reference: string, options?: LongCallOptions): Promise<LogResult>;
  /** The same entries as they are wanted, a request for each; without the reason for its end. */
  iterateLog(reference: string, options?: LongCallOptions): AsyncIterable<LogEntry>;
  /** A bundle's index, and with `deep` every file and blob of it. What is wrong is in the result. */
  verify(options: VerifyOptions & { readonly reference: string }): Promise<VerifyResult>;
  /** A folder that `ensure` filled, against the digest that was ensured; else the workspace at or above it. */
  verifyFolder(directory: string, options?: Omit<VerifyOptions, "reference">): Promise<VerifyResult>;
  /** A bundle from one place to another, with the same digests. The tag moves last. @throws BaleError `TAG_MOVED` without `force` */
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
  /** Gives a manifest another tag of the same repository. @throws BaleError `TAG_MOVED` for one that is elsewhere, without `force` */
  tag(
    reference: string,
    tag: string,
    options?: LongCallOptions & { readonly force?: boolean | undefined },
  ): Promise<TagResult>;
  /** Removes a tag; the manifest stays. @throws BaleError `CAPABILITY_MISSING` */
  untag(reference: string, options?: LongCallOptions): Promise<TagResult>;
  /** Whether a registry answers, and as whom it takes you. */
  ping(host: string, options?: LongCallOptions): Promise<PingReport>;
  /** Of `HOST[/NAMESPACE]`; default what `defaultRegistry` says. */
  repositories(namespace?: string, options?: LongCallOptions): Promise<RepositoryList>;
  /** Tries out what a registry can do, in a scratch tag of the repository. What it found is not kept here. */
  examineRegistry(reference: string, options?: ExamineRegistryOptions): Promise<RegistryHealth>;
  /**
   * Closes the repositories and stores that were opened, and removes temporary files; calls that still run fail. A second time it does nothing.
   * The HTTP client was made by the caller, who closes it. The same as `await using`.
   */
  close(): Promise<void>;
}
