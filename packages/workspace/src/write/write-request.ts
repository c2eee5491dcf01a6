import type { BundlePath, EntryKind, FileState } from "@bale/spec";
import type { FileStat } from "../file-stat.js";

/**
 * What must still be on disk right before a change; anything else there is somebody's work.
 * `absent` allows an empty folder. `parent-is-file`: the file at `path`, a parent, makes room.
 */
export type Expected =
  | "absent"
  | FileStat
  | { readonly kind: "folder" }
  | { readonly kind: "special" }
  | { readonly kind: "parent-is-file"; readonly path: string };

export interface WriteRequest {
  readonly path: BundlePath;
  /** What the file will be; the layer does not matter here. */
  readonly state: Pick<FileState, "digest" | "size" | "kind">;
  readonly expect: Expected;
  /** Whether what is there goes to `.bale/replaced`. */
  readonly keepOld?: boolean | undefined;
}
export interface RemoveRequest {
  readonly path: BundlePath;
  /** `undefined`: it is gone already, and only folders left empty are removed. */
  readonly expect: FileStat | undefined;
  readonly keepOld?: boolean | undefined;
}

export function isStat(expected: Expected | undefined): expected is FileStat {
  return typeof expected === "object" && "ctimeNs" in expected;
}

/** Mode of a new file before the umask. */
export function modeOf(kind: EntryKind): number {
  return kind === "exec" ? 0o755 : 0o644;
}
