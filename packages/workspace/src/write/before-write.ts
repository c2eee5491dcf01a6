import { statSync } from "node:fs";
import { BaleError } from "@bale/spec";
import { fileStatOf, isFolderMode, lstatIfThere, sameFileStat } from "../file-stat.js";
import { type Expected, isStat } from "./write-request.js";

/** What is at a place now. */
export type FoundAt =
  | { readonly kind: "nothing" | "folder" | "special" }
  | { readonly kind: "file"; readonly same: boolean };

/** Compares by the file's own stat; of a link that is followed, by that of what it leads to. */
export function lookAt(absolute: string, expected: Expected, follow: boolean): FoundAt {
  const stats = lstatIfThere(absolute);
  if (stats === undefined) return { kind: "nothing" };
  if (isFolderMode(stats.mode)) return { kind: "folder" };
  let stat = fileStatOf(stats);
  if (!stat) return { kind: "special" };
  if (follow && stat.kind === "link" && isStat(expected) && expected.kind !== "link") {
    try {
      stat = fileStatOf(statSync(absolute, { bigint: true }));
    } catch {
      stat = undefined; // It leads nowhere any more, so it is not what was seen.
    }
  }
  return { kind: "file", same: stat !== undefined && isStat(expected) && sameFileStat(stat, expected) };
}

function overwrite(path: string, what: string): BaleError {
  return new BaleError({
    code: "WOULD_OVERWRITE",
    message: `${what} is in the way: ${path}`,
    why: "it was not there when the plan was made",
    fix: "run the command again: it plans anew",
    context: { path },
  });
}

/** The reason why a place may not be written, or `undefined`. A folder is not judged here: only an empty one makes room. */
export function problemAt(path: string, found: FoundAt, expected: Expected): BaleError | undefined {
  if (found.kind === "folder") return undefined;
  if (found.kind === "nothing") return isStat(expected) ? changedError(path, "it is gone") : undefined;
  if (found.kind === "special")
    return typeof expected === "object" && expected.kind === "special"
      ? undefined
      : overwrite(path, "a device, socket or pipe");
  if (!isStat(expected)) return overwrite(path, "a file");
  return "same" in found && found.same
    ? undefined
    : changedError(path, "its size, times or inode are not those that the plan saw");
}

export function changedError(path: string, why: string): BaleError {
  return new BaleError({
    code: "FILE_CHANGED",
    message: `${path} changed since the plan was made`,
    why,
    fix: "run the command again: it plans anew",
    context: { path },
  });
}
