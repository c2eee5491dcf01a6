import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BaleError, LIMITS } from "@bale/spec";
import ignore from "ignore";
import { IGNORE_FILE } from "../control-folder.js";
import { errnoOf, localError } from "../local-error.js";
import { DEFAULT_IGNORES } from "./default-ignores.js";

/** Whether names are left out of the tree. A folder that is ignored hides all that it holds. */
export interface IgnoreRules {
  readonly file: (path: string) => boolean;
  readonly folder: (path: string) => boolean;
}

/** Gitignore semantics, case-sensitive; the defaults come first, so that `text` can take them back. */
export function createIgnoreRules(text = ""): IgnoreRules {
  const rules = ignore({ ignorecase: false })
    .add([...DEFAULT_IGNORES])
    .add(text);
  return {
    file: (path) => rules.ignores(path),
    folder: (path) => rules.ignores(`${path}/`),
  };
}

/** Nothing is ignored: what `add --force` looks at. */
export const NO_IGNORES: IgnoreRules = { file: () => false, folder: () => false };

/** The rules of a workspace: the defaults and `.baleignore` at its root. @throws BaleError `CONFIG_INVALID`, `PERMISSION`, `IO` */
export function readIgnoreRules(root: string): IgnoreRules {
  const file = join(root, IGNORE_FILE);
  try {
    const bytes = readFileSync(file);
    if (bytes.length > LIMITS.configBytes)
      throw new BaleError({
        code: "CONFIG_INVALID",
        message: `${IGNORE_FILE} is larger than ${LIMITS.configBytes} bytes`,
        context: { path: file },
      });
    return createIgnoreRules(bytes.toString("utf8"));
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return createIgnoreRules();
    throw localError(error, file, "reading");
  }
}
