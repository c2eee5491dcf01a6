import { accessSync, constants } from "node:fs";
import { BaleError } from "@bale/spec";
import { lstatIfThere } from "../file-stat.js";
import { localError } from "../local-error.js";
import { createRealFolders, parentOf } from "../tree/real-folders.js";
import { changedError, lookAt, problemAt } from "./before-write.js";
import { firstOther, folderInTheWay } from "./folder-in-the-way.js";
import type { WritableTree } from "./writable-tree.js";
import type { RemoveRequest, WriteRequest } from "./write-request.js";

function combined(problems: readonly BaleError[]): BaleError {
  const [first] = problems;
  if (first === undefined || problems.length === 1)
    return first ?? new BaleError({ code: "INTERNAL", message: "no problem" });
  const paths = problems.map(({ context }) => String(context["path"]));
  return new BaleError({
    code: first.code,
    message: `${problems.length} files cannot be changed; none was`,
    why: problems
      .slice(0, 50)
      .map(({ message }) => message)
      .join("\n"),
    fix: first.fix,
    context: { paths },
    cause: first,
  });
}

/**
 * Looks at every place before the first one is changed, so that a pull that cannot end does not begin: expectations, parents, write permission.
 * @throws BaleError `FILE_CHANGED`, `WOULD_OVERWRITE`, `SYMLINK_PARENT`, `PERMISSION`; one for all paths
 */
export function checkChanges(
  workspace: WritableTree,
  writes: readonly WriteRequest[],
  removes: readonly RemoveRequest[],
): void {
  const folders = createRealFolders(workspace.root);
  const leaving = new Set<string>(removes.map(({ path }) => path));
  const writable = new Map<string, BaleError | undefined>();
  const problems: BaleError[] = [];

  const permission = (folder: string): BaleError | undefined => {
    if (folders.kind(folder) !== "folder") return folder === "" ? undefined : permission(parentOf(folder));
    if (writable.has(folder)) return writable.get(folder);
    let problem: BaleError | undefined;
    try {
      accessSync(workspace.resolve(folder as never), constants.W_OK | constants.X_OK);
    } catch (error) {
      problem = localError(error, folder === "" ? workspace.root : folder, "writing to");
    }
    writable.set(folder, problem);
    return problem;
  };
  const parentProblem = (path: string, allowed: string | undefined): BaleError | undefined => {
    const parent = folders.blockedBy(path);
    if (parent === undefined || parent === allowed || leaving.has(parent)) return undefined;
    const isLink = lstatIfThere(workspace.resolve(parent as never))?.isSymbolicLink() === true;
    return new BaleError({
      code: isLink ? "SYMLINK_PARENT" : "WOULD_OVERWRITE",
      message: `${path} cannot be written: ${parent} is no folder`,
      why: "bale writes through no link, and removes no file that it was not told to",
      fix: "move it away, then run the command again",
      context: { path, parent },
    });
  };
  const folderProblem = (path: string, isWrite: boolean): BaleError | undefined => {
    if (!isWrite) return changedError(path, "it is a folder now");
    const other = firstOther(workspace.resolve(path as never), path, leaving);
    return other === undefined ? undefined : folderInTheWay(path, other);
  };
  const look = (request: RemoveRequest | WriteRequest): BaleError | undefined => {
    const { path } = request;
    const expect = request.expect ?? "absent";
    const allowed =
      typeof expect === "object" && expect.kind === "parent-is-file" && "path" in expect
        ? expect.path
        : undefined;
    const above = parentProblem(path, allowed);
    if (above) return above;
    if (folders.kind(parentOf(path)) === "folder" && request.expect !== undefined) {
      const follow = workspace.state.entries.get(path)?.follow === true;
      const found = lookAt(workspace.resolve(path), expect, follow);
      const isWrite = "state" in request;
      const isGone = found.kind === "nothing" && !isWrite;
      const problem = found.kind === "folder" ? folderProblem(path, isWrite) : problemAt(path, found, expect);
      if (problem && !isGone) return problem;
    }
    return permission(parentOf(path));
  };
  for (const request of [...removes, ...writes]) {
    const problem = look(request);
    if (problem) problems.push(problem);
  }
  if (problems.length > 0) throw combined(problems);
}
