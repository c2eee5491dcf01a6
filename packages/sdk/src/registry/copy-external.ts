import { parseManifest } from "@bale/core";
import {
  createTaskLog,
  describedBlobs,
  loadManifest,
  type PushOutcome,
  type TagMove,
  type UploadJob,
  type UploadResult,
  uploadBlobs,
} from "@bale/engine";
import { BaleError, type Descriptor, type Digest } from "@bale/spec";
import { createBlobStore, nodeHasher } from "@bale/storage";
import type { ClientContext } from "../client/client-context.js";
import { storeOpener } from "../push/store-opener.js";
import { openTree, type RemotePorts, type RemoteState, type RemoteTree } from "../remote/remote-tree.js";
import { moveJobs, planMoves, readingJob } from "../storage/move-blobs.js";
import { republish, requireOwn } from "../storage/republish.js";
import { type CopyEnds, copyBlobs } from "./copy.js";
import type { CopyOptions } from "./registry-types.js";

/**
 * The bundle behind a reference, where blobs of it lie in external stores; `undefined` for all else, of which no more than the manifest is read.
 */
export async function externalTree(
  context: ClientContext,
  source: RemoteState & { readonly digest: Digest },
  ports: RemotePorts,
  options: CopyOptions,
): Promise<RemoteTree | undefined> {
  const raw = await loadManifest(source.repository, source.digest, ports.cache, options);
  if (parseManifest(raw).kind !== "bundle") return undefined;
  const tree = await openTree(context, source, ports, options);
  return tree.bundle.root.stores.size > 0 ? tree : undefined;
}

/** @throws BaleError `UNSUPPORTED` */
export function refuseRegistry({ reference, name }: RemoteState): void {
  if (reference.kind !== "registry") return;
  throw new BaleError({
    code: "UNSUPPORTED",
    message: `external blobs cannot be copied along into ${name}`,
    why: "a registry removes blobs that no manifest names, and the manifest stays as it is",
    fix: "use --external inline to make them blobs of that repository, or keep to leave them where they are",
  });
}

/** External blobs into the destination, beside those that the manifest names. Each is checked on the way. */
export async function copyAlong(
  tree: RemoteTree,
  ends: CopyEnds,
  options: CopyOptions,
): Promise<UploadResult> {
  const target = createBlobStore(ends.target.repository.blobs, { hasher: nodeHasher });
  const jobs = new Map<Digest, UploadJob>();
  for (const { row } of await tree.bundle.rows(undefined, options))
    for (const { blob } of row.extents) {
      if (blob.store === undefined || jobs.has(blob.digest)) continue;
      const from = await tree.storeOf(blob);
      jobs.set(blob.digest, readingJob(blob, from, target));
    }
  return uploadBlobs([...jobs.values()], createTaskLog(options.onProgress), options);
}

/**
 * Tells each store that the copy leads to of its new user: a store whose users are not all known could lose what the copy needs to garbage
 * collection. A store that cannot be written to, as those of public bundles, is named and left alone.
 */
export async function markUsers(context: ClientContext, tree: RemoteTree, ends: CopyEnds): Promise<void> {
  const { repository } = ends.target;
  if (ends.target.reference.kind !== "registry" || tree.bundle.root.stores.size === 0) return;
  const open = storeOpener(context, repository, [tree.bundle.root.stores]);
  for (const name of tree.bundle.root.stores.keys()) {
    try {
      await open(name);
    } catch (error) {
      if (!BaleError.is(error) || error.kind === "cancelled") throw error;
      context.notice(
        `the store "${name}" does not know that ${repository.registry}/${repository.repository} uses it now, and may collect what the copy needs: ${error.message}`,
      );
    }
  }
}

/** A bundle whose blobs all lie in the destination: content digest and packs stay, index and manifest are new. */
export async function copyInline(
  context: ClientContext,
  source: RemoteTree,
  ends: CopyEnds,
  tags: readonly TagMove[],
  ports: RemotePorts,
  options: CopyOptions,
): Promise<PushOutcome> {
  const tree = requireOwn(source);
  const { bundle } = tree;
  const plan = await planMoves(tree, undefined, bundle.root.stores, {
    to: "registry",
    signal: options.signal,
  });
  const moved = new Set(plan.layers.map(({ layer }) => layer));
  const carried = [...bundle.root.layers].flatMap(
    ([layer, { tables }]): readonly Pick<Descriptor, "digest" | "size">[] => [
      ...describedBlobs(bundle, layer),
      ...(moved.has(layer) ? [] : tables),
    ],
  );
  const copied = await copyBlobs(carried, ends, options);
  const openStore = storeOpener(context, ends.target.repository, [bundle.root.stores]);
  const sent = await uploadBlobs(await moveJobs(plan, tree, openStore), createTaskLog(options.onProgress), {
    signal: options.signal,
    concurrency: options.concurrency,
  });
  const outcome = await republish(
    {
      tree,
      plan,
      remote: ends.target.repository,
      stores: new Map(),
      parent: tree.state.digest,
      tags,
      openStore,
    },
    ports,
    options,
  );
  return {
    ...outcome,
    sentBlobs: copied.sentBlobs + sent.sentBlobs + outcome.sentBlobs,
    sentBytes: copied.sentBytes + sent.sentBytes + outcome.sentBytes,
    reusedBlobs: copied.reusedBlobs + sent.reusedBlobs + outcome.reusedBlobs,
    mountedBlobs: copied.mountedBlobs,
  };
}
