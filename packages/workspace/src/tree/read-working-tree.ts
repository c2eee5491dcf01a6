import { BaleError, type BundlePath, comparePaths, type LongCallOptions } from "@bale/spec";
import { readIgnoreRules } from "../scan/ignore-rules.js";
import { scanTree } from "../scan/scan-tree.js";
import type { Workspace } from "../workspace.js";
import { hashTracked, type KnownFile } from "./hash-tracked.js";
import { createInTheWay } from "./in-the-way.js";
import { splitTracked } from "./tracked-files.js";
import { withTrackedSpelling } from "./tracked-spelling.js";
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
function asBase(workspace: Workspace, failures: readonly Failure[]): readonly KnownFile[] {
  return failures.flatMap(({ path }) => {
    const base = workspace.state.entries.get(path)?.base;
    const stat = workspace.statCache.entry(path)?.stat ?? {
      size: base?.size ?? 0,
      mtimeNs: 0n,
      ctimeNs: 0n,
      ino: 0n,
      kind: base?.kind ?? "file",
    };
    return base ? [{ path, stat, state: base }] : [];
  });
}

function lazyMap<Value>(make: () => ReadonlyMap<string, Value>): (key: string) => Value | undefined {
  let map: ReadonlyMap<string, Value> | undefined;
  return (key) => {
    map ??= make();
    return map.get(key);
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
  const { entries } = state;
  const walked = await scanTree(root, {
    ignore: readIgnoreRules(root),
    isTracked: (path) => entries.get(path)?.tracked === true,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  const scan = withTrackedSpelling(walked, entries, state.capabilities);
  const split = splitTracked(root, scan, entries);
  const hashed = await hashTracked(workspace, split.present, options);
  const failures = [...split.unknown, ...hashed.failed];
  if (failures.length > 0 && options.unreadable !== "report") throw unreadableError(failures);
  for (const path of [...split.absent, ...hashed.vanished]) statCache.delete(path);

  const known =
    failures.length === 0
      ? hashed.known
      : [...hashed.known, ...asBase(workspace, failures)].sort((a, b) => comparePaths(a.path, b.path));
  const find = lazyMap<KnownFile>(() => new Map(known.map((file) => [file.path, file])));
  const way = createInTheWay(workspace, (path) => find(path) !== undefined, scan.folders);
  return {
    entries: known,
    untracked: split.untracked.map(({ path, stat }) => ({ path, kind: stat.kind, size: stat.size })),
    problems: scan.problems,
    unreadable: failures.map(({ error }) => error),
    hashed: hashed.hashed,
    stat: (path) => find(path)?.stat ?? way.stat(path),
    state: (path) => find(path)?.state,
    held: (path) => entries.has(path),
    prepareInTheWay: way.prepare,
    inTheWay: way.inTheWay,
  };
}
