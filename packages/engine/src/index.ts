export {
  type Bundle,
  type BundleManifest,
  type BundlePorts,
  entriesOf,
  type LayeredRow,
  loadManifest,
  openBundle,
  stateOf,
} from "./bundle/bundle.js";
export { type Lineage, relate } from "./bundle/lineage.js";
export { type FetchOptions, type FetchPorts, type FetchResult, fetchFiles } from "./fetch/fetch-files.js";
export { type FetchPlan, planRanges, type RangePlan, type Segment } from "./fetch/plan-ranges.js";
export { readExtents } from "./fetch/read-extents.js";
export { type ForeignManifest, openForeign, STAGED_STORE } from "./foreign/open-foreign.js";
export type { FileSink, IndexCache, StagedFile, StagedWriter, StagingArea, TreeSource } from "./ports.js";
export { createTaskLog, type RunningTask, type TaskLog } from "./progress.js";
export { fileChanged } from "./push/build-pack.js";
export { describedBlobs, inexactLayers } from "./push/manifest-blobs.js";
export { moveTag } from "./push/move-tag.js";
export {
  type NextLayer,
  type NextLayerFile,
  type NextTree,
  type NextTreeInput,
  nextTree,
  type TreeChange,
} from "./push/next-tree.js";
export { planContent } from "./push/plan-content.js";
export { type PushOptions, push } from "./push/push.js";
export type { PushOutcome, PushPorts, PushRequest, TagMove } from "./push/push-request.js";
export { type UploadJob, type UploadResult, uploadBlobs } from "./push/upload.js";
export { verifyFiles, verifyingSink } from "./verify-files.js";
