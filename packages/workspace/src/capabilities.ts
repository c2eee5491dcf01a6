import { chmodSync, existsSync, lstatSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localError } from "./local-error.js";

/** What the file system under a workspace can keep. Probed at `init`, since a workspace does not move between kinds of disk by itself. */
export interface Capabilities {
  readonly executableBit: boolean;
  readonly symlinks: boolean;
  /** `README` and `readme` are two files. */
  readonly caseSensitive: boolean;
  /** A composed and a decomposed accent are two names. */
  readonly keepsNormalization: boolean;
}

/** What most Linux disks can do; used until a probe says otherwise. */
export const FULL_CAPABILITIES: Capabilities = {
  executableBit: true,
  symlinks: true,
  caseSensitive: true,
  keepsNormalization: true,
};

function keepsExecutableBit(folder: string): boolean {
  const file = join(folder, "mode");
  writeFileSync(file, "", { mode: 0o644 });
  const before = (lstatSync(file).mode & 0o100) !== 0;
  try {
    chmodSync(file, 0o755);
  } catch {
    return false;
  }
  // A disk that shows every file as executable (vfat by default) keeps no bit either.
  return !before && (lstatSync(file).mode & 0o100) !== 0;
}

function keepsSymlinks(folder: string): boolean {
  try {
    symlinkSync("mode", join(folder, "link"));
    return lstatSync(join(folder, "link")).isSymbolicLink();
  } catch {
    return false;
  }
}

/** Makes a few files in a temporary folder inside `folder` and removes them. @throws BaleError `PERMISSION`, `NO_SPACE`, `IO` */
export function probeCapabilities(folder: string): Capabilities {
  let probe: string | undefined;
  try {
    probe = mkdtempSync(join(folder, "probe-"));
    writeFileSync(join(probe, "Case"), "");
    writeFileSync(join(probe, "\u00e9"), "");
    return {
      executableBit: keepsExecutableBit(probe),
      symlinks: keepsSymlinks(probe),
      caseSensitive: !existsSync(join(probe, "cASE")),
      keepsNormalization: !existsSync(join(probe, "e\u0301")),
    };
  } catch (error) {
    throw localError(error, folder, "probing");
  } finally {
    if (probe !== undefined) rmSync(probe, { recursive: true, force: true });
  }
}
