import { buildManifest, compatibleConfigBytes, type ManifestBlob, type PackPlan } from "@bale/core";
import {
  BaleError,
  type Descriptor,
  type Digest,
  type FileRow,
  LIMITS,
  type LongCallOptions,
  MEDIA_TYPES,
  type RawManifest,
  type TagUpdate,
} from "@bale/spec";
import { type BlobStore, bytesSource, fileSource } from "@bale/storage";
import { createTaskLog, type TaskLog } from "../progress.js";
import { type BuiltPack, buildPack } from "./build-pack.js";
import { blobsOfCarriedLayer, blobsOfChangedLayer } from "./manifest-blobs.js";
import { planContent } from "./plan-content.js";
import type { PushOutcome, PushPorts, PushRequest, TagMove } from "./push-request.js";
import { type UploadJob, uploadBlobs } from "./upload.js";
import { type WrittenIndex, writeIndex } from "./write-index.js";

export interface PushOptions extends LongCallOptions {
  /** Uploads at once. */
  readonly concurrency?: number | undefined;
}

async function buildPacks(
  plan: PackPlan,
  request: PushRequest,
  ports: PushPorts,
  tasks: TaskLog,
  signal?: AbortSignal,
): Promise<BuiltPack[]> {
  const built: BuiltPack[] = [];
  for (const pack of plan.packs) {
    const total = pack.entries.reduce((sum, entry) => sum + entry.size, 0);
    const task = tasks.start("pack", `${pack.layer} (${pack.entries.length} files)`, total, "bytes");
    try {
      built.push(await buildPack(pack, ports, { compression: request.pack.compression, signal, task }));
      task.end("completed");
    } catch (error) {
      task.end(signal?.aborted ? "cancelled" : "failed");
      throw error;
    }
  }
  return built;
}

/** Jobs for packs and whole files; tables, root and configuration follow when all of these are stored. */
async function contentJobs(
  plan: PackPlan,
  built: readonly BuiltPack[],
  request: PushRequest,
  ports: PushPorts,
): Promise<UploadJob[]> {
  const named = new Set<Digest>(request.current?.manifest?.layers.map((layer) => layer.digest) ?? []);
  const jobs: UploadJob[] = [];
  for (const pack of built)
    jobs.push({
      blob: pack.blob,
      store: await ports.openStore(pack.store),
      source: fileSource(pack.staged.path, { size: pack.staged.size }),
      label: `pack of ${pack.layer}`,
      mayExist: true,
    });
  for (const { file, store } of plan.whole) {
    // What the remote's manifest names is taken as present: the registry refused to take the manifest otherwise.
    if (store === undefined && named.has(file.digest)) continue;
    jobs.push({
      blob: { digest: file.digest, size: file.size },
      store: await ports.openStore(store),
      source: {
        size: file.size,
        open: (options) => ports.tree.open(file.path, rangeOf(options?.range, file.size)),
      },
      label: file.path,
      mountFrom: store === undefined ? request.mountFrom : undefined,
      mayExist: true,
    });
  }
  return jobs;
}

function rangeOf(
  range: { readonly start: number; readonly endExclusive?: number | undefined } | undefined,
  size: number,
): { offset: number; length: number } | undefined {
  return range ? { offset: range.start, length: (range.endExclusive ?? size) - range.start } : undefined;
}

function indexJobs(
  index: WrittenIndex,
  config: Uint8Array | undefined,
  store: BlobStore,
  ports: PushPorts,
): UploadJob[] {
  const job = (bytes: Uint8Array, digest: Digest, label: string, mayExist: boolean): UploadJob => ({
    blob: { digest, size: bytes.length },
    store,
    source: bytesSource(bytes),
    label,
    mayExist,
  });
  return [
    ...index.tables.map((table) => job(table.bytes, table.ref.digest, "table", false)),
    job(index.rootBytes, index.rootDigest, "index", false),
    ...(config ? [job(config, ports.hasher.digest(config), "configuration", true)] : []),
  ];
}

function manifestBlobs(
  request: PushRequest,
  plan: PackPlan,
  built: readonly BuiltPack[],
  index: WrittenIndex,
): ManifestBlob[] {
  const blobs: ManifestBlob[] = [];
  for (const layer of request.next.layers.values()) {
    const rows = index.rows.get(layer.name);
    if (rows)
      blobs.push(...blobsOfChangedLayer({ layer: layer.name, rows, plan, built, current: request.current }));
    else if (request.current) blobs.push(...blobsOfCarriedLayer(layer.name, request.current));
  }
  return blobs;
}

/** Whether oras recreates the tree from this manifest: every pack exact, every blob in the registry. */
function isExact(
  request: PushRequest,
  plan: PackPlan,
  blobs: readonly ManifestBlob[],
  index: WrittenIndex,
): boolean {
  const carriesUnread = [...request.next.layers.values()].some((layer) => layer.files === undefined);
  const external = index.root.stores.size > 0 && (carriesUnread || usesStores(index.rows.values()));
  const stale = blobs.some((blob) => blob.kind.type === "pack" && blob.kind.exactTarDigest === undefined);
  return !external && !stale && plan.notExact.length === 0;
}

function usesStores(layers: Iterable<readonly FileRow[]>): boolean {
  for (const rows of layers)
    if (rows.some((row) => row.extents.some((extent) => extent.blob.store !== undefined))) return true;
  return false;
}

function toManifest(
  request: PushRequest,
  plan: PackPlan,
  built: readonly BuiltPack[],
  index: WrittenIndex,
  ports: PushPorts,
): { raw: RawManifest; exact: boolean } {
  const blobs = manifestBlobs(request, plan, built, index);
  const exact = isExact(request, plan, blobs, index);
  if (request.pack.exact && !exact)
    throw new BaleError({
      code: "REGISTRY_LIMIT",
      message: "the push cannot be exact",
      why:
        plan.notExact.length > 0
          ? `${plan.notExact.length} packs hold stale entries, and this workspace does not have all of their files`
          : "a blob lies in an external store, which other tools do not read",
      fix: "pull every role first, or push without --exact",
    });
  const root: Descriptor = {
    mediaType: MEDIA_TYPES.index,
    digest: index.rootDigest,
    size: index.rootBytes.length,
  };
  const tables = [...index.root.layers].flatMap(([layer, summary]) =>
    summary.tables.map((ref) => ({ ref, layer })),
  );
  const { bytes } = buildManifest({
    envelope: request.envelope,
    ...(request.artifactType ? { artifactType: request.artifactType } : {}),
    root,
    tables,
    blobs,
    contentDigest: request.next.contentDigest,
    parent: request.parent,
    ...(exact ? { tree: "exact" as const } : {}),
    annotations: request.annotations,
  });
  if (bytes.length > Math.min(LIMITS.manifestBytes, ports.remote.limits.manifestBytes))
    throw new BaleError({
      code: "REGISTRY_LIMIT",
      message: `the manifest would have ${bytes.length} bytes`,
      why: `the registry takes at most ${ports.remote.limits.manifestBytes}`,
      fix: "run `bale repack REF` in a workspace that holds all files",
    });
  return { raw: { mediaType: MEDIA_TYPES.manifest, digest: ports.hasher.digest(bytes), bytes }, exact };
}

/** Right before the tag: an object that a lifecycle rule took away since is noticed here, not by the first who pulls. */
async function checkExternals(
  jobs: readonly UploadJob[],
  own: BlobStore,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const job of jobs) {
    if (job.store === own || (await job.store.has(job.blob, { signal }))) continue;
    throw new BaleError({
      code: "EXTERNAL_MISSING",
      message: `a blob that was just stored is gone: ${job.blob.digest}`,
      why: "the store does not have it any more; the tag was not moved",
      fix: "look at the store's lifecycle rules, then push again",
    });
  }
}

/** Moves a tag that has been compared, or says who was faster. @throws BaleError `TAG_MOVED` */
export async function moveTag(
  move: TagMove,
  raw: RawManifest,
  ports: Pick<PushPorts, "remote">,
  signal: AbortSignal | undefined,
): Promise<TagUpdate> {
  const update = await ports.remote.moveTag(move.tag, raw, { expect: move.expect, signal });
  if (update.outcome !== "rejected") return update;
  const { registry, repository } = ports.remote;
  throw new BaleError({
    code: "TAG_MOVED",
    message: `push refused: tag ${move.tag} moved while pushing`,
    why: `${registry}/${repository}:${move.tag} is now ${update.actual ?? "absent"} (${move.expect === "absent" ? "there was none" : `was ${move.expect}`} when this push began)`,
    fix: "run `bale pull`, then push again; or --force to replace it",
    context: {
      tag: move.tag,
      expected: move.expect,
      actual: update.actual ?? "absent",
      manifest: raw.digest,
    },
  });
}

/**
 * Packs, uploads and publishes: blobs, tables, root, manifest by digest, tags last. Whoever sees a tag finds every blob.
 * @throws BaleError `FILE_CHANGED`, `TAG_MOVED`, `REGISTRY_LIMIT`, `TOO_LARGE`, `EXTERNAL_MISSING` and what stores and registries report
 */
export async function push(
  request: PushRequest,
  ports: PushPorts,
  options: PushOptions = {},
): Promise<PushOutcome> {
  const { signal } = options;
  const tasks = createTaskLog(options.onProgress);
  const own = await ports.openStore(undefined);
  const plan = await planContent(request, ports.tree, {
    manifestLayers: ports.remote.limits.manifestLayers,
    maxBlobSize: own.driver.limits.maxBlobSize,
  });
  const built = await buildPacks(plan, request, ports, tasks, signal);
  const content = await contentJobs(plan, built, request, ports);
  const sent = await uploadBlobs(content, tasks, options);
  const index = writeIndex(request, plan, built, ports);
  const { raw, exact } = toManifest(request, plan, built, index, ports);
  const config = request.envelope === "compatible" ? compatibleConfigBytes() : undefined;
  const sentIndex = await uploadBlobs(indexJobs(index, config, own, ports), tasks, options);
  await ports.remote.putManifest(raw, { signal });
  await checkExternals(content, own, signal);
  const tags: (TagMove & { update: TagUpdate })[] = [];
  for (const move of request.tags) tags.push({ ...move, update: await moveTag(move, raw, ports, signal) });
  return {
    manifest: raw,
    contentDigest: request.next.contentDigest,
    indexObjects: new Map([
      [raw.digest, raw.bytes],
      [index.rootDigest, index.rootBytes],
      ...index.tables.map((table) => [table.ref.digest, table.bytes] as const),
    ]),
    tags,
    sentFiles:
      plan.packs.reduce((sum, pack) => sum + (pack.holds === "data" ? pack.entries.length : 0), 0) +
      plan.whole.length,
    sentBlobs: sent.sentBlobs + sentIndex.sentBlobs,
    sentBytes: sent.sentBytes + sentIndex.sentBytes,
    reusedBlobs: sent.reusedBlobs + sentIndex.reusedBlobs,
    mountedBlobs: sent.mountedBlobs,
    exact,
    artifactTypeInAnnotation: request.envelope === "compatible" && request.artifactType !== undefined,
  };
}
