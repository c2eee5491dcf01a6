import type { BaleError, BundlePath, Digest, FileState, LayerName, LongCallOptions } from "@bale/spec";
import { isSettled } from "../cache/cached-file.js";
import { fileSystemNow } from "../cache/stat-cache-file.js";
import type { FileStat } from "../file-stat.js";
import { hashFiles } from "../hash-files.js";
import type { Workspace } from "../workspace.js";
import { entryKind } from "./entry-kind.js";
import type { TrackedFile } from "./tracked-files.js";

export interface KnownFile {
  readonly path: BundlePath;
  readonly stat: FileStat;
  readonly state: FileState;
}
export interface HashedTree {
  readonly known: readonly KnownFile[];
  readonly vanished: readonly BundlePath[];
  readonly failed: readonly { readonly path: BundlePath; readonly error: BaleError }[];
  readonly hashed: { readonly files: number; readonly bytes: number };
}

/** The base's own object when nothing differs: later steps can then compare by identity. */
function stateOf(
  { entry }: TrackedFile,
  digest: Digest,
  stat: FileStat,
  layer: LayerName,
  workspace: Workspace,
): FileState {
  const kind = entryKind(stat.kind, entry.base?.kind, workspace.state.capabilities);
  const { base } = entry;
  return base &&
    base.digest === digest &&
    base.size === stat.size &&
    base.kind === kind &&
    base.layer === layer
    ? base
    : { digest, size: stat.size, kind, layer };
}

function isGone(error: BaleError): boolean {
  return error.code === "IO" && error.context["errno"] === "ENOENT";
}

/** Finds the state of each tracked file, from the cache where that is current, and reads the others. @throws BaleError `INTERRUPTED` */
export async function hashTracked(
  workspace: Workspace,
  files: readonly TrackedFile[],
  options: LongCallOptions & { readonly concurrency?: number | undefined },
): Promise<HashedTree> {
  const { statCache: cache, project } = workspace;
  const known: (KnownFile | undefined)[] = [];
  const unread: number[] = [];
  for (const [index, file] of files.entries()) {
    const { path, stat } = file;
    const current = cache.current(path, stat);
    if (current === undefined) {
      unread.push(index);
      known.push(undefined);
      continue;
    }
    const layer = current.layer ?? workspace.assign(path);
    if (current.layer === undefined && project)
      cache.set(path, { stat, digest: current.digest, settled: true, layer });
    known.push({ path, stat, state: stateOf(file, current.digest, stat, layer, workspace) });
  }
  const vanished: BundlePath[] = [];
  const failed: { path: BundlePath; error: BaleError }[] = [];
  let bytes = 0;
  // Before the first byte is read: a later edit then has a later time.
  const nowNs = unread.length === 0 ? 0n : fileSystemNow(workspace.root);
  const requests = unread.map((index) => {
    const { path, stat, entry } = files[index] as TrackedFile;
    return {
      file: workspace.resolve(path),
      label: path,
      size: stat.size,
      link: stat.kind === "link",
      follow: entry.follow === true,
    };
  });
  const outcomes = await hashFiles(requests, options);
  for (const [at, outcome] of outcomes.entries()) {
    const index = unread[at] as number;
    const file = files[index] as TrackedFile;
    const { path } = file;
    if (!outcome.ok) {
      if (isGone(outcome.error)) vanished.push(path);
      else failed.push({ path, error: outcome.error });
      continue;
    }
    const { digest, stat } = outcome.value;
    const layer = workspace.assign(path);
    bytes += stat.size;
    cache.set(path, { stat, digest, settled: isSettled(stat, nowNs), ...(project ? { layer } : {}) });
    known[index] = { path, stat, state: stateOf(file, digest, stat, layer, workspace) };
  }
  return {
    known: known.filter((file) => file !== undefined),
    vanished,
    failed,
    hashed: { files: unread.length, bytes },
  };
}
