import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface ScratchFolder extends Disposable {
  readonly path: string;
  readonly join: (...parts: string[]) => string;
  /** A new folder in it. */
  readonly make: (name: string) => string;
}

/** A temporary folder that goes with its scope. */
export function scratchFolder(): ScratchFolder {
  const path = mkdtempSync(join(tmpdir(), "bale-acceptance-"));
  return {
    path,
    join: (...parts) => join(path, ...parts),
    make: (name) => {
      const made = join(path, name);
      mkdirSync(made, { recursive: true });
      return made;
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
