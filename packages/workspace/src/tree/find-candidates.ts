import { join } from "node:path";
import { type BundlePath, bundlePathProblem, comparePaths, type LongCallOptions } from "@bale/spec";
import { fileStatOf, isFolderMode, lstatIfThere } from "../file-stat.js";
import { escapeName } from "../scan/escape-name.js";
import { type IgnoreRules, NO_IGNORES, readIgnoreRules } from "../scan/ignore-rules.js";
import { scanTree } from "../scan/scan-tree.js";
import type { ScannedFile, TreeProblem, TreeScan } from "../scan/tree-scan.js";
import type { Workspace } from "../workspace.js";
import { createRealFolders } from "./real-folders.js";
import type { TreeArgument } from "./tree-argument.js";

/** What the arguments of `add` lead to on disk. */
export interface Candidates {
  /** Sorted, each once. */
  readonly files: readonly ScannedFile[];
  readonly ignored: readonly string[];
  readonly missing: readonly string[];
  readonly problems: readonly TreeProblem[];
}

function problemOf(path: string, code: TreeProblem["code"], why: string): TreeProblem {
  return { path: escapeName(Buffer.from(path)), code, why };
}

/** Walks only the folders that are named; for globs the whole tree, once. @throws BaleError `INTERRUPTED`, `PERMISSION`, `IO` */
export async function findCandidates(
  workspace: Workspace,
  args: readonly TreeArgument[],
  options: LongCallOptions & { readonly force?: boolean | undefined },
): Promise<Candidates> {
  const { root, state } = workspace;
  const rules: IgnoreRules = options.force ? NO_IGNORES : readIgnoreRules(root);
  const isTracked = (path: BundlePath): boolean => state.entries.get(path)?.tracked === true;
  const parents = createRealFolders(root);
  const files = new Map<BundlePath, ScannedFile>();
  const ignored = new Set<string>();
  const missing: string[] = [];
  const problems = new Map<string, TreeProblem>();
  let whole: TreeScan | undefined;

  const scan = (from: string): Promise<TreeScan> =>
    scanTree(root, {
      ignore: rules,
      isTracked,
      from,
      signal: options.signal,
      onProgress: options.onProgress,
    });
  const report = (list: Iterable<TreeProblem>): void => {
    for (const problem of list) problems.set(problem.path, problem);
  };
  const take = (found: TreeScan): void => {
    for (const file of found.files) files.set(file.path, file);
    report(found.problems);
    for (const [folder, error] of found.unreadable)
      report([problemOf(folder === "" ? "." : folder, error.code, error.why ?? error.message)]);
  };
  const takeGlob = async (argument: TreeArgument): Promise<void> => {
    whole ??= await scan("");
    const hit = whole.files.filter(({ path }) => argument.matches?.(path));
    const hidden = whole.ignored.filter((path) => argument.matches?.(path.replace(/\/$/, "")));
    for (const file of hit) files.set(file.path, file);
    // A glob asks for what it finds: only when all of that is ignored does the user wait for something.
    if (hit.length > 0) return;
    for (const path of hidden) ignored.add(path);
    const refused = whole.problems.filter(({ path }) => argument.matches?.(path));
    report(refused);
    if (hidden.length + refused.length === 0) missing.push(argument.text);
  };
  const takeNamed = async ({ path, text }: TreeArgument): Promise<void> => {
    const stats = lstatIfThere(join(root, path));
    if (stats === undefined) return void missing.push(text);
    if (path === "") return take(await scan(""));
    const above = parents.blockedBy(path);
    if (above !== undefined)
      return report([problemOf(path, "SYMLINK_PARENT", `${above} is a link, and links are not followed`)]);
    const unsafe = bundlePathProblem(path);
    if (unsafe) return report([problemOf(path, unsafe.code, unsafe.why)]);
    const isFolder = isFolderMode(stats.mode);
    if (isFolder ? rules.folder(path) : !isTracked(path as BundlePath) && rules.file(path))
      return void ignored.add(isFolder ? `${path}/` : path);
    if (isFolder) return take(await scan(path));
    const stat = fileStatOf(stats);
    if (stat) files.set(path as BundlePath, { path: path as BundlePath, stat });
    else report([problemOf(path, "NOT_REGULAR", "it is a device, a socket or a named pipe")]);
  };
  for (const argument of args) await (argument.matches ? takeGlob(argument) : takeNamed(argument));
  return {
    files: [...files.values()].sort((a, b) => comparePaths(a.path, b.path)),
    ignored: [...ignored].sort(comparePaths),
    missing,
    problems: [...problems.values()],
  };
}
