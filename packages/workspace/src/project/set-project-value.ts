import { statSync } from "node:fs";
import { join } from "node:path";
import { BaleError, type JsonValue } from "@bale/spec";
import { parseConfigKey } from "../config/config-key.js";
import { editYaml } from "../config/edit-yaml.js";
import { PROJECT_FILE } from "../control-folder.js";
import { writeFileAtomic } from "../write-atomic.js";
import { parseProject, readProjectBytes } from "./read-project.js";

/**
 * Sets one key of `bale.yaml`, or removes it when the value is `undefined`. Comments stay. Nothing is written unless the result is valid.
 * @throws BaleError `CONFIG_INVALID`, `USAGE`, `NOT_FOUND` without a `bale.yaml`, `PERMISSION`, `NO_SPACE`, `IO`
 */
export async function setProjectValue(
  root: string,
  key: string | readonly string[],
  value: JsonValue | undefined,
): Promise<void> {
  const bytes = readProjectBytes(root);
  const file = join(root, PROJECT_FILE);
  if (bytes === undefined)
    throw new BaleError({
      code: "NOT_FOUND",
      message: `no ${PROJECT_FILE} in ${root}`,
      fix: "run `bale init`",
      context: { path: file },
    });
  // A file with mistakes is not edited: an edit could hide them.
  await parseProject(bytes);
  const path = typeof key === "string" ? parseConfigKey(key) : key;
  const edited = Buffer.from(await editYaml(Buffer.from(bytes).toString("utf8"), path, value), "utf8");
  await parseProject(edited);
  writeFileAtomic(file, edited, { sync: true, mode: statSync(file).mode & 0o777 });
}
