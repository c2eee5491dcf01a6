import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * The absolute path of a program in one of the absolute folders of a search path, or `undefined`. An empty or relative part would
 * mean the folder that bale runs in, which may be somebody else's checkout. On Windows only `.exe` counts: a batch file would pass
 * its arguments through a shell (CVE-2024-27980).
 */
export async function findProgram(name: string, searchPath: string): Promise<string | undefined> {
  const file = process.platform === "win32" ? `${name}.exe` : name;
  for (const folder of searchPath.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const program = join(folder, file);
    if (await isProgram(program)) return program;
  }
  return undefined;
}
