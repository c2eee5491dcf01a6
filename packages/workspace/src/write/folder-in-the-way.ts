import { readdirSync } from "node:fs";
import { BaleError } from "@bale/spec";
import { CONTROL_FOLDER } from "../control-folder.js";
import { errnoOf, localError } from "../local-error.js";

/** The first thing in a folder that keeps it from being removed: any file that is not about to leave, or a workspace of its own. */
export function firstOther(absolute: string, path: string, leaving: ReadonlySet<string>): string | undefined {
  try {
    for (const child of readdirSync(absolute, { withFileTypes: true })) {
      const below = `${path}/${child.name}`;
      if (child.isDirectory() && child.name !== CONTROL_FOLDER) {
        const other = firstOther(`${absolute}/${child.name}`, below, leaving);
        if (other !== undefined) return other;
      } else if (!leaving.has(below)) return below;
    }
    return undefined;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw localError(error, path, "reading");
  }
}

export function folderInTheWay(path: string, holds: string): BaleError {
  return new BaleError({
    code: "WOULD_OVERWRITE",
    message: `a folder is in the way: ${path}`,
    why: `it holds ${holds}, which is not part of the bundle; no flag removes such a folder`,
    fix: "move it away, then run the command again",
    context: { path, holds },
  });
}
