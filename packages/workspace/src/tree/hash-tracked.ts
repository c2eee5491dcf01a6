import type { BaleError, BundlePath, LongCallOptions, TreeEntry } from "@bale/spec";
import { isSettled } from "../cache/cached-file.js";
import { fileSystemNow } from "../cache/stat-cache-file.js";
import { hashFiles } from "../hash-files.js";
import type { Workspace } from "../workspace.js";
import { stateOf } from "./known-state.js";
import type { TrackedFile } from "./tracked-files.js";

export interface HashedTree {
  readonly entries: readonly TreeEntry[];
  /** Gone since the walk. */
  readonly vanished: readonly BundlePath[];
  readonly failed: readonly { readonly path: BundlePath; readonly error: BaleError }[];
  readonly hashed: { readonly files: number; readonly bytes: number };
}

function isGone(error: BaleError): boolean {
  return error.code === "IO" && error.context["errno"] === "ENOENT";
}

/** Reads files, and remembers in the cache what they hold. @throws BaleError `INTERRUPTED` */
export async function hashTracked(
  workspace: Workspace,
  files: readonly TrackedFile[],
  options: LongCallOptions & { readonly concurrency?: number | undefined },
): Promise<HashedTree> {
  const { statCache: cache, project } = workspace;
  const entries: TreeEntry[] = [];
  const vanished: BundlePath[] = [];
  const failed: { path: BundlePath; error: BaleError }[] = [];
  let bytes = 0;
  if (files.length === 0) return { entries, vanished, failed, hashed: { files: 0, bytes } };
  // Before the first byte is read: a later edit then has a later time.
  const nowNs = fileSystemNow(workspace.root);
  const requests = files.map(({ path, stat, entry }) => ({
    file: workspace.resolve(path),
    label: path,
    size: stat.size,
    link: stat.kind === "link",
    follow: entry.follow === true,
  }));
  const outcomes = await hashFiles(requests, options);
  for (const [index, outcome] of outcomes.entries()) {
    const file = files[index] as TrackedFile;
    const { path } = file;
    if (outcome.ok) {
      const { digest, stat } = outcome.value;
      const layer = workspace.assign(path);
      bytes += stat.size;
      cache.set(path, { stat, digest, settled: isSettled(stat, nowNs), ...(project ? { layer } : {}) });
      entries.push({ path, state: stateOf(workspace, file, stat, digest, layer) });
    } else if (isGone(outcome.error)) vanished.push(path);
    else failed.push({ path, error: outcome.error });
  }
  return { entries, vanished, failed, hashed: { files: files.length, bytes } };
}
