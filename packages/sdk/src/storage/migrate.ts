import { createTaskLog, uploadBlobs } from "@bale/engine";
import { BaleError, type Digest } from "@bale/spec";
import type { Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { upstreamOf } from "../client/upstream.js";
import { workspaceCache, workspaceStaging } from "../client/workspace-ports.js";
import { storeOpener } from "../push/store-opener.js";
import { lookUp, openTree, requireDigest } from "../remote/remote-tree.js";
import { moveJobs, planMoves, summedMoves } from "./move-blobs.js";
import { republish, requireOwn } from "./republish.js";
import type { MigrateOptions, MigrateResult } from "./storage-types.js";

/**
 * `bale storage migrate`: copies blobs to another store, and writes an index and a manifest that lead there. Content digest, layers and packs
 * stay as they are; what lies in the old place stays for older versions, until garbage collection.
 * @throws BaleError `NOT_FOUND`, `CONFIG_INVALID`, `STORE_UNTRUSTED`, `TAG_MOVED`, `EXTERNAL_MISSING`, `DIGEST_MISMATCH`, `UNSUPPORTED`
 */
export async function migrateStorage(
  context: ClientContext,
  workspace: Workspace,
  options: MigrateOptions = {},
): Promise<MigrateResult> {
  const ports = { cache: workspaceCache(workspace.root), staging: workspaceStaging(workspace.root) };
  const found = requireDigest(
    await lookUp(context, upstreamOf(context, workspace, options.reference), options),
  );
  const tree = requireOwn(await openTree(context, found, ports, options));
  const { root } = tree.bundle;
  const { project } = workspace;
  const stores = new Map([...(project?.storage.stores ?? []), ...root.stores]);
  const plan = await planMoves(tree, project, stores, options);
  const result = {
    reference: found.name,
    manifest: found.digest,
    previous: found.digest,
    contentDigest: root.contentDigest,
    moves: summedMoves(plan),
    sentBytes: 0,
    mixedPacks: plan.mixed,
  };
  if (plan.layers.length === 0) return { ...result, outcome: "nothing-to-do" };
  if (options.dryRun) return { ...result, outcome: "dry-run" };
  if (!found.tag)
    throw new BaleError({
      code: "USAGE",
      message: "a digest cannot be migrated",
      why: "a new manifest takes the place of the old one, which needs a tag",
      fix: "name a tag",
    });
  const openStore = storeOpener(context, found.repository, [stores]);
  const sent = await uploadBlobs(await moveJobs(plan, tree, openStore), createTaskLog(options.onProgress), {
    signal: options.signal,
    concurrency: options.concurrency ?? context.options.concurrency,
  });
  const tags = [{ tag: found.tag, expect: found.digest }];
  const outcome = await republish(
    { tree, plan, remote: found.repository, stores, parent: found.digest, tags, openStore },
    ports,
    options,
  );
  for (const [digest, bytes] of outcome.indexObjects) await ports.cache.put(digest, bytes);
  await followBase(workspace, found.name, found.digest, outcome.manifest.digest);
  return {
    ...result,
    outcome: "migrated",
    manifest: outcome.manifest.digest,
    sentBytes: sent.sentBytes + outcome.sentBytes,
  };
}

/** A workspace whose base was the manifest that is replaced stays where it is: the content is the same. */
async function followBase(workspace: Workspace, name: string, from: Digest, to: Digest): Promise<void> {
  const { state } = workspace;
  if (state.upstream !== name || state.base?.manifest !== from) return;
  workspace.replaceState({ ...state, base: { ...state.base, manifest: to } });
  await workspace.save();
}
