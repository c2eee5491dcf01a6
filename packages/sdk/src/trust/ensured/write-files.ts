import { join } from "node:path";
import { createTaskLog, type FetchPorts, type FetchResult, fetchFiles } from "@bale/engine";
import type { BundlePath, LongCallOptions } from "@bale/spec";
import {
  type Capabilities,
  createStatCache,
  createTreeWriter,
  emptyState,
  type FileStat,
  type FsyncMode,
  type StatCache,
  type WritableTree,
  type WriteRequest,
} from "@bale/workspace";
import { treeSink } from "../../pull/tree-sink.js";
import type { LockedFolder } from "./locked-folder.js";
import type { EnsurePlan } from "./plan-ensure.js";

export interface WriteOptions extends LongCallOptions {
  readonly concurrency?: number | undefined;
  readonly fsync: FsyncMode;
  readonly capabilities: Capabilities;
  /** Called when everything is fetched and checked, right before the first change. */
  readonly beforeCommit: () => void;
}

export interface WrittenFiles {
  readonly fetched: FetchResult;
  /** What a written file looked like when it got its name. */
  readonly stat: (path: BundlePath) => FileStat | undefined;
}

/**
 * Fetches and checks everything in the staging folder, then removes, renames and links. Until then nothing in the folder has changed.
 * @throws BaleError `DIGEST_MISMATCH`, `BLOB_MISSING`, `FILE_CHANGED`, `WOULD_OVERWRITE`, `NO_SPACE`, `INTERRUPTED`, and others of fetching and writing
 */
export async function writeFiles(
  folder: LockedFolder,
  plan: EnsurePlan,
  storeOf: FetchPorts["storeOf"],
  options: WriteOptions,
): Promise<WrittenFiles> {
  const { root, staging, lock } = folder;
  const tree: WritableTree & { readonly statCache: StatCache } = {
    root,
    lock,
    fsync: options.fsync,
    state: emptyState(options.capabilities),
    statCache: createStatCache(),
    resolve: (path) => join(root, path),
  };
  await using writer = await createTreeWriter(tree, { temporary: staging });
  const fetched = plan.writes.filter(({ kindOnly }) => !kindOnly);
  const requests = new Map<BundlePath, WriteRequest>(fetched.map(({ request }) => [request.path, request]));
  for (const { request, kindOnly } of plan.writes) if (kindOnly) writer.stageKind(request);
  for (const request of plan.removes) writer.stageRemove(request);
  // A removal of something that is gone already only removes the folders above it that hold nothing.
  for (const each of plan.emptyFolders)
    writer.stageRemove({ path: `${each}/-` as BundlePath, expect: undefined });
  const total = fetched.reduce((sum, { row }) => sum + row.size, 0);
  const task = createTaskLog(options.onProgress).start("download", undefined, total, "bytes");
  try {
    const result = await fetchFiles(
      fetched.map(({ row }) => row),
      { storeOf, sink: treeSink(writer, requests) },
      { signal: options.signal, concurrency: options.concurrency, onBytes: task.advance },
    );
    options.beforeCommit();
    await writer.commit({ signal: options.signal });
    task.end("completed");
    return { fetched: result, stat: (path) => tree.statCache.entry(path)?.stat };
  } catch (error) {
    task.end(options.signal?.aborted ? "cancelled" : "failed");
    throw error;
  }
}
