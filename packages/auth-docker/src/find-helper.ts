import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { join, posix, win32 } from "node:path";
import type { DockerOptions } from "./docker-options.js";
import { type HelperUse, helperError } from "./helper-error.js";

const NAME = /^[A-Za-z0-9._-]+$/;

// Windows: the variable's name has no fixed case.
function searchPath({ env }: DockerOptions, isWindows: boolean): string {
  const name = isWindows ? Object.keys(env).find((key) => key.toUpperCase() === "PATH") : "PATH";
  return (name && env[name]) ?? "";
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * The absolute path of a helper's program. It is looked for in the absolute folders of PATH: an empty or relative part would mean the folder
 * that bale happens to run in, and with it whatever somebody has put there. On Windows only `.exe` is taken: a batch file would pass its
 * arguments through a shell (CVE-2024-27980).
 * @throws BaleError `CREDENTIAL_HELPER` for a name that is none, or a program that is not there
 */
export async function findHelper(use: HelperUse, options: DockerOptions): Promise<string> {
  const isWindows = (options.platform ?? process.platform) === "win32";
  const rules = isWindows ? win32 : posix;
  if (!NAME.test(use.helper))
    throw helperError(
      use,
      "has a name that is not allowed",
      `correct credsStore or credHelpers in ${use.path}: a name has letters, digits, dots, hyphens and underscores`,
    );
  for (const folder of searchPath(options, isWindows).split(rules.delimiter)) {
    if (!rules.isAbsolute(folder)) continue;
    const program = join(folder, `docker-credential-${use.helper}${isWindows ? ".exe" : ""}`);
    if (await isProgram(program)) return program;
  }
  throw helperError(
    use,
    "is not installed",
    `install it in a folder of PATH, take it out of ${use.path}, or set BALE_USERNAME and BALE_PASSWORD`,
  );
}
