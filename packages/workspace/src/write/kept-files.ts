import { randomBytes } from "node:crypto";
import {
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { BaleError } from "@bale/spec";
import { controlPaths } from "../control-folder.js";
import type { FileStat } from "../file-stat.js";
import { errnoOf, localError } from "../local-error.js";
import { createJournal, FILES, type JournalLine, type KeptJournal } from "./kept-journal.js";
import type { WritableTree } from "./writable-tree.js";

/** Puts what a command replaces aside, in `.bale/replaced/<time>-<random>/files/<path>`. */
export interface KeptFiles {
  /** `undefined` while nothing was kept. */
  readonly id: () => string | undefined;
  /** Keeps a second name for the file, which stays where it is until it is replaced: the path is never empty. */
  readonly keepBeforeReplace: (absolute: string, path: string, stat: FileStat) => void;
  /** Moves it away. `stat` is absent for special files. */
  readonly moveAway: (absolute: string, path: string, stat: FileStat | undefined) => void;
  readonly close: () => void;
}

/** Sorts by time; unique by chance. */
function newKeptId(now: Date): string {
  return `${now.toISOString().replace(/[-:.]/g, "")}-${randomBytes(3).toString("hex")}`;
}

function copy(from: string, to: string, stat: FileStat | undefined): void {
  if (stat?.kind === "link") symlinkSync(readlinkSync(from), to);
  else copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
}

function changed(path: string): BaleError {
  return new BaleError({
    code: "FILE_CHANGED",
    message: `${path} changed while it was put aside`,
    fix: "run the command again",
    context: { path },
  });
}

export function createKeptFiles(workspace: WritableTree, reason: string): KeptFiles {
  const now = new Date();
  const id = newKeptId(now);
  const folder = join(controlPaths(workspace.root).replaced, id);
  let journal: KeptJournal | undefined;

  const begin = (path: string, line: Omit<JournalLine, "path">): string => {
    journal ??= createJournal(
      folder,
      { version: 1, atMs: now.getTime(), reason },
      workspace.fsync !== "never",
    );
    journal.append({ path, ...line });
    const kept = join(folder, FILES, path);
    mkdirSync(dirname(kept), { recursive: true, mode: 0o700 });
    return kept;
  };
  const lineOf = (path: string, stat: FileStat | undefined): Omit<JournalLine, "path"> => {
    const digest = stat && workspace.statCache.current(path as never, stat)?.digest;
    return { kind: stat?.kind ?? "special", size: stat?.size ?? 0, ...(digest ? { digest } : {}) };
  };
  return {
    id: () => (journal ? id : undefined),
    keepBeforeReplace(absolute, path, stat) {
      try {
        const kept = begin(path, lineOf(path, stat));
        try {
          // link(2) follows links on some systems, so these are made again.
          if (stat.kind === "link") copy(absolute, kept, stat);
          else linkSync(absolute, kept);
        } catch (error) {
          if (errnoOf(error) === "ENOENT") throw error;
          copy(absolute, kept, stat);
        }
        if (stat.kind !== "link" && lstatSync(kept, { bigint: true }).size !== BigInt(stat.size)) {
          rmSync(kept, { force: true });
          throw changed(path);
        }
      } catch (error) {
        throw localError(error, path, "keeping a copy of");
      }
    },
    moveAway(absolute, path, stat) {
      try {
        const kept = begin(path, lineOf(path, stat));
        try {
          renameSync(absolute, kept);
        } catch (error) {
          if (errnoOf(error) !== "EXDEV") throw error;
          copy(absolute, kept, stat);
          rmSync(absolute, { force: true });
        }
      } catch (error) {
        throw localError(error, path, "moving away");
      }
    },
    close: () => journal?.close(),
  };
}
