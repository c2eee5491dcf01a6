import { join } from "node:path";

/** The folder that makes a directory a workspace. */
export const CONTROL_FOLDER = ".bale";
export const PROJECT_FILE = "bale.yaml";
export const IGNORE_FILE = ".baleignore";

/** Where everything in `.bale/` lives. */
export interface ControlPaths {
  readonly folder: string;
  readonly state: string;
  readonly statCache: string;
  readonly project: string;
  readonly lock: string;
  readonly temporary: string;
  readonly index: string;
  readonly staging: string;
  readonly replaced: string;
}

export function controlPaths(root: string): ControlPaths {
  const folder = join(root, CONTROL_FOLDER);
  return {
    folder,
    state: join(folder, "state"),
    statCache: join(folder, "stat-cache"),
    project: join(folder, "project.json"),
    lock: join(folder, "lock"),
    temporary: join(folder, "tmp"),
    index: join(folder, "index"),
    staging: join(folder, "staging"),
    replaced: join(folder, "replaced"),
  };
}
