import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { join, posix, win32 } from "node:path";

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
export async function findProgram(
  name: string,
  searchPath: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const isWindows = platform === "win32";
  const { delimiter, isAbsolute } = isWindows ? win32 : posix;
  for (const folder of searchPath.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const program = join(folder, isWindows ? `${name}.exe` : name);
    if (await isProgram(program)) return program;
  }
  return undefined;
}
