import { compatibleConfigBytes, type PackPlan } from "@bale/core";
import { BaleError, type Digest, type LongCallOptions, type RawManifest, type TagUpdate } from "@bale/spec";
import { type BlobStore, createLimiter } from "@bale/storage";
import { createTaskLog, type TaskLog } from "../progress.js";
import { type BuiltPack, buildPack } from "./build-pack.js";
import { cannotBeExact, packForm, whyInexact } from "./exactness.js";
import { moveTag } from "./move-tag.js";
import { planContent } from "./plan-content.js";
import type { PushOutcome, PushPorts, PushRequest, TagMove } from "./push-request.js";
import { storePlaces, storesUsed } from "./store-places.js";
import { type UploadJob, type UploadResult, uploadBlobs } from "./upload.js";
import { contentJobs, indexJobs } from "./upload-jobs.js";
import { writeIndex } from "./write-index.js";
import { writeManifest } from "./write-manifest.js";

export interface PushOptions extends LongCallOptions {
  /** Uploads at once. */
  readonly concurrency?: number | undefined;
}

const LOOKS_AT_ONCE = 8;

async function buildPacks(
  plan: PackPlan,
  request: PushRequest,
  ports: PushPorts,
  tasks: TaskLog,
  signal: AbortSignal | undefined,
): Promise<BuiltPack[]> {
  const built: BuiltPack[] = [];
  for (const pack of plan.packs) {
    const total = pack.entries.reduce((sum, entry) => sum + entry.size, 0);
    const task = tasks.start("pack", `${pack.layer} (${pack.entries.length} files)`, total, "bytes");
    try {
      built.push(await buildPack(pack, ports, { compression: packForm(request), signal, task }));
      task.end("completed");
    } catch (error) {
      task.end(signal?.aborted ? "cancelled" : "failed");
      throw error;
    }
  }
  return built;
}

function planIsStale(expected: Digest, actual: Digest): BaleError {
  return new BaleError({
    code: "PLAN_STALE",
    message: "the plan is not what would be pushed now",
    why: `it leads to the manifest ${expected}, and what is here now to ${actual}`,
    fix: "make a new plan",
    context: { expected, actual },
  });
}

/** Right before the tag: an object that a lifecycle rule took away since is noticed here, not by the first who pulls. */
async function checkExternals(
  jobs: readonly UploadJob[],
  own: BlobStore,
  signal: AbortSignal | undefined,
): Promise<void> {
  const limit = createLimiter(LOOKS_AT_ONCE);
  const look = async ({ store, blob }: UploadJob): Promise<void> => {
    if (await store.has(blob, { signal })) return;
    throw new BaleError({
      code: "EXTERNAL_MISSING",
      message: `a blob that was just stored is gone: ${blob.digest}`,
      why: "the store does not have it any more; the tag was not moved",
      fix: "look at the store's lifecycle rules, then push again",
      context: { digest: blob.digest, ...(store.name === undefined ? {} : { store: store.name }) },
    });
  };
  await Promise.all(jobs.filter(({ store }) => store !== own).map((job) => limit(() => look(job))));
}

const NOTHING_AGAIN = { sentBlobs: 0, sentBytes: 0 };

/**
 * Puts the manifest. A registry may collect garbage between an upload and the manifest that names it: what it took away is then sent once
 * more. Blobs of earlier pushes are not here to be sent.
 */
async function publishManifest(
  raw: RawManifest,
  jobs: readonly UploadJob[],
  ports: PushPorts,
  tasks: TaskLog,
  options: PushOptions,
): Promise<Pick<UploadResult, "sentBlobs" | "sentBytes">> {
  const put = (): Promise<unknown> => ports.remote.putManifest(raw, { signal: options.signal });
  try {
    await put();
    return NOTHING_AGAIN;
  } catch (error) {
    if (!BaleError.is(error, "BLOB_MISSING")) throw error;
  }
  const again = await uploadBlobs(
    jobs.map((job) => ({ ...job, mayExist: true })),
    tasks,
    options,
  );
  try {
    await put();
    return again;
  } catch (error) {
    if (!BaleError.is(error, "BLOB_MISSING")) throw error;
    throw new BaleError({
      code: "BLOB_MISSING",
      message: "the registry has lost blobs that this push builds upon",
      why: error.why ?? error.message,
      fix: "push to a tag that does not exist yet: everything that is held here is then sent",
      context: error.context,
      cause: error,
    });
  }
}

function filesSent(plan: PackPlan): number {
  const packed = plan.packs.filter((pack) => pack.holds === "data");
  return packed.reduce((sum, pack) => sum + pack.entries.length, 0) + plan.whole.length;
}

/**
 * Packs, uploads and publishes: blobs, tables, root, manifest by digest, tags last. Whoever sees a tag finds every blob.
 * What can be refused is refused before the first byte moves.
 * @throws BaleError `FILE_CHANGED`, `PLAN_STALE`, `TAG_MOVED`, `REGISTRY_LIMIT`, `TOO_LARGE`, `CONFIG_INVALID`, `EXTERNAL_MISSING`, `INTERRUPTED`, and
 * what stores and registries report
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
  const places = storePlaces(request, storesUsed(plan));
  const inexact = await whyInexact(request, plan, signal);
  const exact = inexact === undefined;
  if (request.pack.exact && !exact) throw cannotBeExact(inexact);
  const built = await buildPacks(plan, request, ports, tasks, signal);
  const index = writeIndex(request, plan, built, places, ports);
  const raw = writeManifest(request, { plan, built, index, exact }, ports);
  if (request.expectManifest !== undefined && raw.digest !== request.expectManifest)
    throw planIsStale(request.expectManifest, raw.digest);
  const content = await contentJobs(plan, built, request, ports);
  const sent = await uploadBlobs(content, tasks, options);
  const config = request.envelope === "compatible" ? compatibleConfigBytes() : undefined;
  const indexes = indexJobs(index, config, own, ports);
  const sentIndex = await uploadBlobs(indexes, tasks, options);
  const inOwn = content.filter(({ store }) => store === own);
  const again = await publishManifest(raw, [...inOwn, ...indexes], ports, tasks, options);
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
    sentFiles: filesSent(plan),
    sentBlobs: sent.sentBlobs + sentIndex.sentBlobs + again.sentBlobs,
    sentBytes: sent.sentBytes + sentIndex.sentBytes + again.sentBytes,
    reusedBlobs: sent.reusedBlobs + sentIndex.reusedBlobs,
    mountedBlobs: sent.mountedBlobs,
    exact,
    artifactTypeInAnnotation: request.envelope === "compatible" && request.artifactType !== undefined,
  };
}
