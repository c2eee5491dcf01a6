export type { InTheWay, PathChange, Verdict } from "./diff/path-change.js";
export { sameContent, sameState } from "./diff/same-state.js";
export { threeWay } from "./diff/three-way.js";
export type { ThreeWayInput, ThreeWayResult } from "./diff/three-way-types.js";
export {
  type ContentIdentity,
  checkContentDigest,
  contentDigest,
  layerCounts,
} from "./identity/content-digest.js";
export {
  createLayerHash,
  type LayerHash,
  type LayerHashEntry,
  type LayerIdentity,
} from "./identity/layer-hash.js";
export { decodeTable, type TableReadPorts } from "./index-format/decode-table.js";
export { encodeRoot } from "./index-format/encode-root.js";
export { type EncodedTable, encodeTables, type TablePorts } from "./index-format/encode-tables.js";
export { parseRoot } from "./index-format/parse-root.js";
export { canonicalJson } from "./json/canonical-json.js";
export { type ParseJsonOptions, parseJson } from "./json/parse-json.js";
export { buildManifest } from "./manifest/build-manifest.js";
export { COMPATIBLE_CONFIG, compatibleConfigBytes } from "./manifest/compatible-config.js";
export { type ForeignArchive, type ForeignFiles, foreignRows } from "./manifest/foreign-rows.js";
export type {
  BuiltManifest,
  BundleManifest,
  ForeignManifest,
  ImageIndex,
  ManifestBlob,
  ManifestInput,
  ManifestOfPlatform,
  PackBlob,
  ParsedManifest,
  WholeFileBlob,
} from "./manifest/manifest-model.js";
export { imageIndexRefusal } from "./manifest/parse-image-index.js";
export { parseManifest } from "./manifest/parse-manifest.js";
export { isOwnAnnotation, userAnnotations } from "./manifest/user-annotations.js";
export { carriedPackStaysExact } from "./packs/carried-pack.js";
export { expandsTooMuch, frameGzipMember, gzipMember } from "./packs/gzip-member.js";
export type { MemberData, MemberPart, MemberPlan } from "./packs/member-list.js";
export { memberBytes, type PackBytes, packBytes } from "./packs/pack-bytes.js";
export { DEFLATE_LEVEL, FAST_LEVEL, MEMBER_CLOSE_BYTES, MEMBER_DATA_BYTES } from "./packs/pack-constants.js";
export { packExtents } from "./packs/pack-extents.js";
export { layoutPack, type PackEntry } from "./packs/pack-layout.js";
export type {
  CarriedPack,
  IncomingFile,
  KeptRow,
  LayerPackInput,
  NotExact,
  PackInput,
  PackOptions,
  PackPlan,
  PlannedPack,
  PlannedWhole,
} from "./packs/pack-plan.js";
export { newParentFolders } from "./packs/parent-folders.js";
export { planPacks } from "./packs/plan-packs.js";
export { seemsIncompressible } from "./packs/seems-incompressible.js";
export { decidingRule, type StorageRule, storageRule } from "./packs/storage-rule.js";
export { TAR_END, type TarEntry, tarHeader, tarHeaderLength, tarPadding } from "./packs/tar-header.js";
export { type Approved, approve } from "./plan/approve.js";
export type { Blocked } from "./plan/blocked.js";
export { describeChange } from "./plan/describe-change.js";
export type { DropInput, DropPlan } from "./plan/drop-plan.js";
export { planDrop } from "./plan/plan-drop.js";
export { planPull } from "./plan/plan-pull.js";
export { planPush } from "./plan/plan-push.js";
export type { PullAction, PullInput, PullPlan, PullPolicy, PullSummary } from "./plan/pull-plan.js";
export type { PushInput, PushPlan } from "./plan/push-plan.js";
export { linkTargetProblem } from "./tree/link-target.js";
export { mergeSorted } from "./tree/merge-sorted.js";
export { createTreeCheck, type TreeCheck } from "./tree/tree-check.js";
export { type AutoStep, type AutoStepInput, autoStep, type VersionShape } from "./version/auto-step.js";
export { FIRST_VERSION, nextVersion, type VersionStep } from "./version/next-version.js";
export {
  compareVersionTags,
  highestVersion,
  parseVersionTag,
  type VersionTag,
} from "./version/version-tag.js";
