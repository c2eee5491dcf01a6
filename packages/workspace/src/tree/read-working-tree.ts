import { BaleError, type BundlePath, comparePaths, type LongCallOptions, type TreeEntry } from "@bale/spec";
import type { Workspace } from "../workspace.js";
import { collectTree } from "./collect-tree.js";
import { hashTracked } from "./hash-tracked.js";
import { createInTheWay } from "./in-the-way.js";
import { knownState } from "./known-state.js";
import { locateTracked } from "./tracked-files.js";
import type { WorkingTree } from "./working-tree.js";

export interface ReadTreeOptions extends LongCallOptions {
  /** `throw` (default): one error names every tracked file that cannot be read. `report`: they are listed, and W is B there. */
  readonly unreadable?: "throw" | "report" | undefined;
  /** Most hashing threads. */
  readonly concurrency?: number | undefined;
}
interface Failure {
  readonly path: BundlePath;
  readonly error: BaleError;
}

function unreadableError(failures: readonly Failure[]): BaleError {
  const [first] = failures;
  if (failures.length === 1 && first) return first.error;
  const named = failures.slice(0, 20).map(({ path, error }) => `${path}: ${error.why ?? error.message}`);
  if (failures.length > named.length) named.push(`and ${failures.length - named.length} more`);
  return new BaleError({
    code: first?.error.code ?? "IO",
    message: `${failures.length} tracked files cannot be read`,
    why: named.join("\n"),
    fix: first?.error.fix,
    context: { paths: failures.map(({ path }) => path) },
    cause: first?.error,
  });
}

/** W cannot be told from the disk there; taking it for a deletion would delete the file for everybody. */
function asBase(workspace: Workspace, failures: readonly Failure[]): readonly TreeEntry[] {
  return failures.flatMap(({ path }) => {
    const state = workspace.state.entries.get(path)?.base;
    return state ? [{ path, state }] : [];
  });
}

/** `walked` is sorted; what was looked at one by one is not, and there is seldom any. */
function joined(
  walked: readonly TreeEntry[],
  others: readonly (readonly TreeEntry[])[],
): readonly TreeEntry[] {
  const rest = others.flat();
  if (rest.length === 0) return walked;
  return [...walked, ...rest].sort((a, b) => comparePaths(a.path, b.path));
}

function lazyMap(entries: readonly TreeEntry[]): (path: string) => TreeEntry | undefined {
  let map: ReadonlyMap<string, TreeEntry> | undefined;
  return (path) => {
    map ??= new Map(entries.map((entry) => [entry.path, entry]));
    return map.get(path);
  };
}

/**
 * Reads W: walks the tree once, takes from the cache what is current, hashes the rest. New digests are in `workspace.statCache`; call
 * `saveStatCache` or `save`. Files that are tracked stay tracked even where they are ignored.
 * @throws BaleError `PERMISSION`, `FILE_CHANGED`, `NOT_REGULAR`, `INTERRUPTED`, `IO`
 */
export async function readWorkingTree(
  workspace: Workspace,
  options: ReadTreeOptions = {},
): Promise<WorkingTree> {
  const { root, state, statCache } = workspace;
  const collected = await collectTree(workspace, options);
  const { scan } = collected;
  const located = locateTracked(root, [...collected.unseen, ...collected.unsure], scan);
  const found = [...located.present, ...collected.respelled].map((file) => ({
    file,
    state: knownState(workspace, file, file.stat),
  }));
  const more = found.flatMap(({ file, state }) => (state ? [{ path: file.path, state }] : []));
  const unread = found.flatMap(({ file, state }) => (state ? [] : [file]));
  const hashed = await hashTracked(workspace, unread, options);
  const failures = [...located.unknown, ...hashed.failed];
  if (failures.length > 0 && options.unreadable !== "report") throw unreadableError(failures);
  for (const path of [...located.absent, ...hashed.vanished]) statCache.delete(path);

  const entries = joined(collected.known, [more, hashed.entries, asBase(workspace, failures)]);
  const unknown = new Set<string>(failures.map(({ path }) => path));
  const find = lazyMap(entries);
  const way = createInTheWay(workspace, (path) => find(path) !== undefined, scan.folders);
  return {
    entries,
    untracked: collected.untracked.map(({ path, stat }) => ({ path, kind: stat.kind, size: stat.size })),
    problems: scan.problems,
    unreadable: failures.map(({ error }) => error),
    hashed: hashed.hashed,
    state: (path) => find(path)?.state,
    // Every state of W was found through the cache, or put there: its entry has the stat.
    stat: (path) => (find(path) && !unknown.has(path) ? statCache.entry(path)?.stat : way.stat(path)),
    held: (path) => state.entries.has(path),
    prepareInTheWay: way.prepare,
    inTheWay: way.inTheWay,
  };
}
