import { readFileSync } from "node:fs";
import { BaleError } from "@bale/spec";
import { errnoOf, localError } from "@bale/workspace";

/** A file that a flag, a variable or the user's configuration names. @throws BaleError `NOT_FOUND`, `PERMISSION`, `IO` */
export function readNamedFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw localError(error, path, "reading");
    throw new BaleError({
      code: "NOT_FOUND",
      message: `there is no file ${path}`,
      fix: "correct the flag, variable or setting that names it; `bale config list --show-origin` shows them",
      context: { path },
    });
  }
}
