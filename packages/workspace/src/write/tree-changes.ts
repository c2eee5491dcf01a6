import { closeSync, constants, fchmodSync, fstatSync, openSync, rmdirSync, unlinkSync } from "node:fs";
import type { BundlePath } from "@bale/spec";
import { BaleError } from "@bale/spec";
import { fileStatOf, lstatIfThere } from "../file-stat.js";
import { errnoOf, localError } from "../local-error.js";
import { parentOf } from "../tree/real-folders.js";
import { changedError, lookAt, problemAt } from "./before-write.js";
import type { KeptFiles } from "./kept-files.js";
import { placeFile, removeEmptyFolder } from "./place-file.js";
import type { SafeFolder, SafeFolders } from "./safe-folders.js";
import type { WritableTree } from "./writable-tree.js";
import { type Expected, isStat, type RemoveRequest, type WriteRequest } from "./write-request.js";

/** The three changes that a commit is made of. Each looks again right before it acts. */
export interface TreeChanges {
  /** `isNeeded`: folders that will get files in this commit and stay, empty or not. */
  readonly remove: (request: RemoveRequest, isNeeded: (folder: string) => boolean) => void;
  readonly place: (request: WriteRequest, temporary: string) => void;
  readonly setKind: (request: WriteRequest) => void;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function createTreeChanges(
  workspace: WritableTree,
  folders: SafeFolders,
  kept: KeptFiles,
): TreeChanges {
  const follows = (path: BundlePath): boolean => workspace.state.entries.get(path)?.follow === true;

  const removeParents = (path: string, isNeeded: (folder: string) => boolean): void => {
    for (let folder = parentOf(path); folder !== "" && !isNeeded(folder); folder = parentOf(folder)) {
      const above = folders.open(parentOf(folder), false);
      if (above === undefined) continue;
      folders.forget(folder);
      try {
        rmdirSync(above.path(nameOf(folder)));
      } catch {
        return; // Not empty, or in use: it stays.
      }
    }
  };
  const makeRoomAbove = (expected: Expected): void => {
    if (typeof expected !== "object" || expected.kind !== "parent-is-file") return;
    const folder = folders.open(parentOf(expected.path), false);
    const place = folder?.path(nameOf(expected.path));
    const stats = place === undefined ? undefined : lstatIfThere(place);
    // Moved away for an earlier path of the same plan.
    if (place === undefined || stats === undefined || stats.isDirectory()) return;
    kept.moveAway(place, expected.path, fileStatOf(stats));
  };
  const makeRoom = (request: WriteRequest, folder: SafeFolder): void => {
    const { path, expect } = request;
    const place = folder.path(nameOf(path));
    const found = lookAt(place, expect, follows(path));
    const problem = problemAt(path, found, expect);
    if (problem) throw problem;
    if (found.kind === "folder") {
      folders.forget(path);
      removeEmptyFolder(place, path);
    } else if (found.kind === "special") kept.moveAway(place, path, undefined);
    else if (found.kind === "file" && request.keepOld && isStat(expect))
      kept.keepBeforeReplace(place, path, expect);
  };
  /** Unsettled: the file is as young as the clock's tick, so the next reading looks at its bytes once. */
  const remember = ({ path, state }: WriteRequest, place: string): void => {
    const stats = lstatIfThere(place);
    const stat = stats && fileStatOf(stats);
    if (stat) workspace.statCache.set(path, { stat, digest: state.digest, settled: false });
  };

  return {
    remove({ path, expect, keepOld }, isNeeded) {
      const folder = folders.open(parentOf(path), false);
      if (folder && expect) {
        const place = folder.path(nameOf(path));
        const found = lookAt(place, expect, follows(path));
        if (found.kind !== "nothing") {
          const problem =
            found.kind === "file"
              ? problemAt(path, found, expect)
              : changedError(path, "it is no file any more");
          if (problem) throw problem;
          if (keepOld) kept.moveAway(place, path, expect);
          else
            try {
              unlinkSync(place);
            } catch (error) {
              if (errnoOf(error) !== "ENOENT") throw localError(error, path, "removing");
            }
        }
      }
      workspace.statCache.delete(path);
      removeParents(path, isNeeded);
    },
    place(request, temporary) {
      makeRoomAbove(request.expect);
      const { path } = request;
      const folder = folders.open(parentOf(path), true);
      if (!folder) throw new BaleError({ code: "INTERNAL", message: `no folder for ${path}` });
      makeRoom(request, folder);
      placeFile(temporary, folder, nameOf(path), path);
      remember(request, folder.path(nameOf(path)));
    },
    setKind(request) {
      const { path, expect, state } = request;
      const folder = folders.open(parentOf(path), false);
      const place = folder?.path(nameOf(path));
      if (place === undefined) throw changedError(path, "its folder is gone");
      try {
        const fd = openSync(
          place,
          constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
        );
        try {
          const problem = problemAt(path, lookAt(place, expect, follows(path)), expect);
          if (problem) throw problem;
          const mode = fstatSync(fd).mode & 0o777;
          // As git does it: who may read may run.
          fchmodSync(fd, state.kind === "exec" ? mode | ((mode & 0o444) >> 2) : mode & ~0o111);
        } finally {
          closeSync(fd);
        }
      } catch (error) {
        throw localError(error, path, "changing the mode of");
      }
      remember(request, place);
    },
  };
}
