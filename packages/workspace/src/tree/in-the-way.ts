import { readdirSync } from "node:fs";
import type { InTheWay } from "@bale/core";
import { BaleError, type BundlePath, type Digest, type LongCallOptions } from "@bale/spec";
import { isSettled } from "../cache/cached-file.js";
import { fileSystemNow } from "../cache/stat-cache-file.js";
import { type FileStat, fileStatOf, isFolderMode, lstatIfThere } from "../file-stat.js";
import { HASH_BUFFER_BYTES, hashFileSync } from "../hash-file.js";
import { hashFiles } from "../hash-files.js";
import { type HashRequest, outcomeOf } from "../hash-outcome.js";
import { localError } from "../local-error.js";
import type { Workspace } from "../workspace.js";
import { createRealFolders, parentOf } from "./real-folders.js";

export interface InTheWayLookup {
  readonly inTheWay: (path: BundlePath) => InTheWay | undefined;
  readonly stat: (path: BundlePath) => FileStat | undefined;
  readonly prepare: (paths: Iterable<BundlePath>, options?: LongCallOptions) => Promise<void>;
}

type Found =
  | { readonly kind: "none" }
  | { readonly kind: "file"; readonly stat: FileStat }
  | { readonly kind: "other"; readonly way: InTheWay };

const NONE: Found = { kind: "none" };

/** Looks at the disk for paths that are not part of W; ignored files and folders count like any other. */
export function createInTheWay(
  workspace: Workspace,
  isInTree: (path: string) => boolean,
  walked: ReadonlySet<string>,
): InTheWayLookup {
  const folders = createRealFolders(workspace.root, walked);
  const digests = new Map<BundlePath, { readonly stat: FileStat; readonly digest: Digest }>();

  const holdsOthers = (folder: string): boolean => {
    const absolute = workspace.resolve(folder as BundlePath);
    try {
      return readdirSync(absolute, { withFileTypes: true }).some((child) => {
        const path = `${folder}/${child.name}`;
        return child.isDirectory() ? child.name === ".bale" || holdsOthers(path) : !isInTree(path);
      });
    } catch (error) {
      throw localError(error, folder, "reading");
    }
  };
  const find = (path: BundlePath): Found => {
    if (isInTree(path)) return NONE;
    const blocked = folders.blockedBy(path);
    if (blocked !== undefined) return { kind: "other", way: { kind: "parent-is-file", path: blocked } };
    if (folders.kind(parentOf(path)) !== "folder") return NONE;
    const stats = lstatIfThere(workspace.resolve(path));
    if (stats === undefined) return NONE;
    const stat = fileStatOf(stats);
    if (stat) return { kind: "file", stat };
    if (!isFolderMode(stats.mode)) return { kind: "other", way: { kind: "special" } };
    return { kind: "other", way: { kind: "folder", holdsUntracked: holdsOthers(path) } };
  };
  const requestFor = (path: BundlePath, stat: FileStat): HashRequest => ({
    file: workspace.resolve(path),
    label: path,
    size: stat.size,
    link: stat.kind === "link",
  });
  const remember = (path: BundlePath, stat: FileStat, digest: Digest, nowNs: bigint): void => {
    digests.set(path, { stat, digest });
    workspace.statCache.set(path, { stat, digest, settled: isSettled(stat, nowNs) });
  };
  const knownDigest = (path: BundlePath, stat: FileStat): Digest | undefined =>
    digests.get(path)?.digest ?? workspace.statCache.current(path, stat)?.digest;

  const hashNow = (path: BundlePath, stat: FileStat): Digest => {
    const request = requestFor(path, stat);
    const nowNs = fileSystemNow(workspace.root);
    const how = { link: stat.kind === "link", follow: false };
    const raw = hashFileSync(request.file, how, Buffer.allocUnsafeSlow(HASH_BUFFER_BYTES));
    const outcome = outcomeOf(raw, request);
    if (!outcome.ok) throw outcome.error;
    remember(path, outcome.value.stat, outcome.value.digest, nowNs);
    return outcome.value.digest;
  };
  return {
    inTheWay(path) {
      const found = find(path);
      if (found.kind === "none") return undefined;
      if (found.kind === "other") return found.way;
      const { stat } = found;
      return { kind: stat.kind, digest: knownDigest(path, stat) ?? hashNow(path, stat), size: stat.size };
    },
    stat(path) {
      const found = digests.get(path)?.stat;
      if (found) return found;
      const now = find(path);
      return now.kind === "file" ? now.stat : undefined;
    },
    async prepare(paths, options = {}) {
      const wanted: { path: BundlePath; stat: FileStat }[] = [];
      for (const path of paths) {
        const found = find(path);
        if (found.kind === "file" && knownDigest(path, found.stat) === undefined)
          wanted.push({ path, stat: found.stat });
      }
      if (wanted.length === 0) return;
      const nowNs = fileSystemNow(workspace.root);
      const outcomes = await hashFiles(
        wanted.map(({ path, stat }) => requestFor(path, stat)),
        options,
      );
      for (const [index, outcome] of outcomes.entries()) {
        const { path } = wanted[index] as { path: BundlePath };
        if (outcome.ok) remember(path, outcome.value.stat, outcome.value.digest, nowNs);
        else if (!BaleError.is(outcome.error, "FILE_CHANGED") && !BaleError.is(outcome.error, "IO"))
          throw outcome.error;
      }
    },
  };
}
