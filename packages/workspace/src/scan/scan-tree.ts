import { lstatSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { type BaleError, type BundlePath, bundlePathProblem, comparePaths, LIMITS } from "@bale/spec";
import { CONTROL_FOLDER } from "../control-folder.js";
import { fileStatOf, isFolderStats, lstatIfThere, type QuickStat, quickStatOf } from "../file-stat.js";
import { errnoOf, localError, throwIfAborted } from "../local-error.js";
import { escapeName } from "./escape-name.js";
import { readFolder } from "./read-folder.js";
import type { ScannedFile, ScanOptions, TreeProblem, TreeScan } from "./tree-scan.js";

interface Walk {
  readonly root: string;
  readonly options: ScanOptions;
  readonly files: ScannedFile[];
  readonly ignored: string[];
  readonly problems: TreeProblem[];
  readonly unreadable: Map<string, BaleError>;
  readonly folders: Set<string>;
  claimed: number;
}

const BREATHE_EVERY = 4096;

function report(walk: Walk, path: string, code: TreeProblem["code"], why: string): void {
  walk.problems.push({ path: escapeName(Buffer.from(path)), code, why });
}

/** Only the last part is new: the folders above passed the same check. */
function nameProblem(walk: Walk, path: string, name: string): boolean {
  const problem = path.length * 3 > LIMITS.pathBytes ? bundlePathProblem(path) : bundlePathProblem(name);
  if (problem) report(walk, path, problem.code, problem.why);
  return problem !== undefined;
}

function takeFile(walk: Walk, prefix: string, child: Child): void {
  if (child.quick && walk.options.claim?.(prefix, child.name, child.quick)) {
    walk.claimed++;
    return;
  }
  const path = prefix + child.name;
  const tracked = walk.options.isTracked(path as BundlePath);
  if (!tracked && walk.options.ignore.file(path)) {
    walk.ignored.push(path);
    return;
  }
  // A tracked path was checked when it was added.
  if (!tracked && nameProblem(walk, path, child.name)) return;
  const stats = lstatIfThere(join(walk.root, path));
  const stat = stats && fileStatOf(stats);
  if (stats === undefined) return;
  if (stat) walk.files.push({ path: path as BundlePath, stat });
  else report(walk, path, "NOT_REGULAR", "it is a device, a socket or a named pipe");
}

interface Child {
  readonly name: string;
  readonly folder: boolean;
  /** Absent for special files. Not the whole answer of the system: that is a kilobyte, and a folder may hold 100,000 files. */
  readonly quick: QuickStat | undefined;
}

/** In the order of the paths below: a folder sorts as its name and a slash. */
function lookAtChildren(folder: string, names: readonly string[]): readonly Child[] {
  const children: Child[] = [];
  let folders = 0;
  for (const name of names) {
    const stats = lstatSync(`${folder}/${name}`, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    const isFolder = isFolderStats(stats);
    if (isFolder) folders++;
    children.push({ name, folder: isFolder, quick: isFolder ? undefined : quickStatOf(stats) });
  }
  // Folders alone need it too: "s3-control/" comes before "s3/", though "s3" comes before "s3-control".
  if (folders === 0) return children;
  const key = (child: Child): string => (child.folder ? `${child.name}/` : child.name);
  return children.sort((a, b) => comparePaths(key(a), key(b)));
}

function enterFolder(walk: Walk, folder: string): readonly Child[] | undefined {
  const absolute = folder === "" ? walk.root : join(walk.root, folder);
  try {
    const { names, undecodable } = readFolder(absolute);
    for (const name of undecodable)
      walk.problems.push({
        path: escapeName(Buffer.from(folder === "" ? "" : `${folder}/`)) + name,
        code: "NAME_ENCODING",
        why: "its name is not UTF-8",
      });
    const children = lookAtChildren(absolute, names);
    walk.folders.add(folder);
    return children;
  } catch (error) {
    if (errnoOf(error) !== "ENOENT")
      walk.unreadable.set(folder, localError(error, folder === "" ? walk.root : folder, "reading"));
    return undefined;
  }
}

function* walkFolder(walk: Walk, folder: string): Generator<number> {
  const children = enterFolder(walk, folder);
  if (children === undefined) return;
  yield children.length;
  const prefix = folder === "" ? "" : `${folder}/`;
  for (const child of children) {
    if (!child.folder) {
      takeFile(walk, prefix, child);
      continue;
    }
    const path = prefix + child.name;
    // Control folders are never part of a tree, at any depth, whatever the rules say.
    if (child.name === CONTROL_FOLDER) continue;
    if (walk.options.ignore.folder(path)) walk.ignored.push(`${path}/`);
    else if (!nameProblem(walk, path, child.name)) yield* walkFolder(walk, path);
  }
}

/**
 * Looks at every file once, by `lstat`: links are never followed, ignored folders never entered.
 * Synchronous calls in batches, since they are several times faster than promises for small work; between batches the event loop runs.
 * @throws BaleError `INTERRUPTED`
 */
export async function scanTree(root: string, options: ScanOptions): Promise<TreeScan> {
  const { signal, onProgress, task = 0 } = options;
  const walk: Walk = {
    root,
    options,
    files: [],
    ignored: [],
    problems: [],
    unreadable: new Map(),
    folders: new Set(),
    claimed: 0,
  };
  const seen = (): number => walk.files.length + walk.claimed;
  onProgress?.({ type: "task-start", task, kind: "scan", unit: "files" });
  let sinceBreath = 0;
  try {
    throwIfAborted(signal, "scanning");
    for (const looked of walkFolder(walk, options.from ?? "")) {
      sinceBreath += looked;
      if (sinceBreath < BREATHE_EVERY) continue;
      sinceBreath = 0;
      throwIfAborted(signal, "scanning");
      onProgress?.({ type: "task-advance", task, done: seen() });
      await breathe();
    }
  } catch (error) {
    onProgress?.({ type: "task-end", task, outcome: "cancelled" });
    throw error;
  }
  onProgress?.({ type: "task-advance", task, done: seen() });
  onProgress?.({ type: "task-end", task, outcome: "completed" });
  return walk;
}
