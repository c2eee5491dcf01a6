export { readBootId } from "./boot-id.js";
export { type CachedFile, isSettled } from "./cache/cached-file.js";
export { type CurrentFile, createStatCache, type StatCache } from "./cache/stat-cache.js";
export { folderNow } from "./cache/stat-cache-file.js";
export { type Capabilities, FULL_CAPABILITIES, probeCapabilities } from "./capabilities.js";
export { parseConfigKey } from "./config/config-key.js";
export { parseConfigValue } from "./config/edit-yaml.js";
export { type MatchedRegistry, matchRegistry } from "./config/match-registry.js";
export { isPackageName } from "./config/package-name.js";
export { parseRateLimit, type RateLimit } from "./config/rate-limit.js";
export { mergeUserConfig, readUserConfig, setUserValue } from "./config/read-user-config.js";
export { parseRegistryKey, type RegistryKey } from "./config/registry-key.js";
export {
  EMPTY_USER_CONFIG,
  type LoadedUserConfig,
  type UserConfig,
  type UserConfigFiles,
} from "./config/user-config.js";
export { userConfigFiles } from "./config/user-config-files.js";
export {
  REGISTRY_MEMBERS,
  type UserCredentials,
  type UserMirror,
  type UserRegistrySettings,
} from "./config/user-registry-settings.js";
export {
  CONTROL_FOLDER,
  type ControlPaths,
  controlPaths,
  IGNORE_FILE,
  PROJECT_FILE,
} from "./control-folder.js";
export { type FileStat, fileStatOf, sameFileStat } from "./file-stat.js";
export { findWorkspace } from "./find-workspace.js";
export { type GcOptions, type GcResult, gcWorkspace } from "./gc-workspace.js";
export { type HashOptions, hashFiles } from "./hash-files.js";
export type { HashedFile, HashOutcome, HashRequest } from "./hash-outcome.js";
export { type InitOptions, type InitResult, initWorkspace } from "./init-workspace.js";
export {
  type CacheCondition,
  inspectLock,
  inspectStatCache,
  type LockCondition,
  reclaimLeftovers,
  removeStatCache,
} from "./inspect-control.js";
export { errnoOf, localError } from "./local-error.js";
export {
  type LockHolder,
  type LockOptions,
  lockFolder,
  lockWorkspace,
  type WorkspaceLock,
} from "./lock/lock-workspace.js";
export { type OpenOptions, openWorkspace } from "./open-workspace.js";
export type { DeclaredLayer, DeclaredRule, PackSettings, Project } from "./project/project.js";
export { parseProject, readProject } from "./project/read-project.js";
export { setProjectValue } from "./project/set-project-value.js";
export { type RepairResult, repairState } from "./repair-state.js";
export { createIgnoreRules, type IgnoreRules, NO_IGNORES, readIgnoreRules } from "./scan/ignore-rules.js";
export { scanTree } from "./scan/scan-tree.js";
export type { ScannedFile, ScanOptions, TreeProblem, TreeScan } from "./scan/tree-scan.js";
export { createStagedFile, type StagedBlob, type StagedFile } from "./staging/staged-file.js";
export {
  findStaged,
  listStaged,
  type Reclaimed,
  type ReclaimOptions,
  reclaimStaging,
  removeStaged,
} from "./staging/staging-area.js";
export { pruneIndexObjects, readIndexObject, saveIndexObject } from "./state/index-objects.js";
export { type IndexObject, listDamagedIndexObjects, listIndexObjects } from "./state/list-index-objects.js";
export { loadState } from "./state/state-file.js";
export {
  baseEntries,
  emptyState,
  type LastRemote,
  type StateBase,
  type StateEntry,
  sortEntries,
  type WorkspaceState,
} from "./state/workspace-state.js";
export { type AddOptions, addPaths } from "./tree/add-paths.js";
export type { AddResult, RefusedLink } from "./tree/add-result.js";
export { entryKind } from "./tree/entry-kind.js";
export { type ReadTreeOptions, readWorkingTree } from "./tree/read-working-tree.js";
export { createRealFolders, type FolderKind, type RealFolders } from "./tree/real-folders.js";
export { type RemoveOptions, type RemoveResult, removePaths } from "./tree/remove-paths.js";
export { trackDeclarations } from "./tree/track-declarations.js";
export type { UntrackedFile, WorkingTree } from "./tree/working-tree.js";
export type { Workspace } from "./workspace.js";
export type { PendingFile } from "./write/pending-file.js";
export {
  listReplaced,
  type PruneReplacedOptions,
  pruneReplaced,
  type ReplacedFile,
} from "./write/replaced.js";
export { type RestoreOptions, type RestoreResult, restoreReplaced } from "./write/restore-replaced.js";
export {
  type CommitResult,
  createTreeWriter,
  type TreeWriter,
  type TreeWriterOptions,
} from "./write/tree-writer.js";
export type { WritableTree } from "./write/writable-tree.js";
export type { Expected, RemoveRequest, WriteRequest } from "./write/write-request.js";
export { type AtomicWriteOptions, type FsyncMode, writeFileAtomic } from "./write-atomic.js";
