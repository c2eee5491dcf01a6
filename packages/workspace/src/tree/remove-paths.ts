import type { BundlePath, LongCallOptions } from "@bale/spec";
import { type FileStat, fileStatOf, lstatIfThere } from "../file-stat.js";
import { hashFiles } from "../hash-files.js";
import type { StateEntry } from "../state/workspace-state.js";
import type { Workspace } from "../workspace.js";
import { createTreeWriter } from "../write/tree-writer.js";
import { createRealFolders, parentOf } from "./real-folders.js";
import { isMeant, readTreeArgument } from "./tree-argument.js";

export interface RemoveOptions extends LongCallOptions {
  /** Absolute folder that relative arguments start from. */
  readonly cwd: string;
  /** Also from disk. What exists nowhere else goes to `.bale/replaced`. */
  readonly delete?: boolean | undefined;
}
export interface RemoveResult {
  /** No longer tracked. */
  readonly removed: readonly BundlePath[];
  /** Of these, gone from disk. */
  readonly deleted: readonly BundlePath[];
  /** Of the deleted, those whose content is kept in `.bale/replaced`. */
  readonly kept: readonly BundlePath[];
  /** Arguments that name or match nothing tracked. */
  readonly missing: readonly string[];
}
interface OnDisk {
  readonly path: BundlePath;
  readonly stat: FileStat;
}

function onDisk(workspace: Workspace, paths: readonly BundlePath[]): readonly OnDisk[] {
  const folders = createRealFolders(workspace.root);
  return paths.flatMap((path) => {
    if (folders.kind(parentOf(path)) !== "folder") return [];
    const stats = lstatIfThere(workspace.resolve(path));
    const stat = stats && fileStatOf(stats);
    return stat ? [{ path, stat }] : [];
  });
}

/** Paths whose bytes are those of the base, so that the remote has them. */
async function unchanged(
  workspace: Workspace,
  files: readonly OnDisk[],
  options: LongCallOptions,
): Promise<ReadonlySet<BundlePath>> {
  const based = files.filter(({ path }) => workspace.state.entries.get(path)?.base !== undefined);
  const outcomes = await hashFiles(
    based.map(({ path, stat }) => ({
      file: workspace.resolve(path),
      label: path,
      size: stat.size,
      link: stat.kind === "link",
    })),
    options,
  );
  const same = based.filter(({ path }, index) => {
    const outcome = outcomes[index];
    return outcome?.ok && outcome.value.digest === workspace.state.entries.get(path)?.base?.digest;
  });
  return new Set(same.map(({ path }) => path));
}

function withoutPaths(
  entries: ReadonlyMap<BundlePath, StateEntry>,
  paths: ReadonlySet<BundlePath>,
): ReadonlyMap<BundlePath, StateEntry> {
  const next = new Map<BundlePath, StateEntry>();
  for (const [path, entry] of entries)
    if (!paths.has(path)) next.set(path, entry);
    // The base stays: only with it is this a deletion that a push can send.
    else if (entry.base) next.set(path, { tracked: false, base: entry.base });
  return next;
}

/**
 * Stops tracking files; they stay on disk unless `delete` is asked for. In memory; call `workspace.save`.
 * @throws BaleError `USAGE` for arguments outside of the workspace; with `delete` also what the tree writer throws
 */
export async function removePaths(
  workspace: Workspace,
  args: readonly string[],
  options: RemoveOptions,
): Promise<RemoveResult> {
  const { entries } = workspace.state;
  const tracked = [...entries].filter(([, entry]) => entry.tracked).map(([path]) => path);
  const removed = new Set<BundlePath>();
  const missing: string[] = [];
  for (const text of args) {
    const argument = readTreeArgument(workspace.root, options.cwd, text);
    const hits = tracked.filter((path) => isMeant(argument, path));
    for (const path of hits) removed.add(path);
    if (hits.length === 0) missing.push(text);
  }
  const paths = tracked.filter((path) => removed.has(path));
  const files = options.delete ? onDisk(workspace, paths) : [];
  let kept: readonly BundlePath[] = [];
  if (files.length > 0) {
    const same = await unchanged(workspace, files, options);
    kept = files.map(({ path }) => path).filter((path) => !same.has(path));
    const writer = await createTreeWriter(workspace, { reason: "remove --delete" });
    try {
      for (const { path, stat } of files)
        writer.stageRemove({ path, expect: stat, keepOld: !same.has(path) });
      await writer.commit(options);
    } finally {
      await writer[Symbol.asyncDispose]();
    }
  }
  workspace.replaceState({ ...workspace.state, entries: withoutPaths(entries, removed) });
  return { removed: paths, deleted: files.map(({ path }) => path), kept, missing };
}
