import type { FileState } from "@bale/spec";
import type { InTheWay, Verdict } from "./path-change.js";
import { sameContent, sameState } from "./same-state.js";

/** What the verdict on one path depends on. */
export interface VerdictInput {
  readonly base: FileState | undefined;
  readonly local: FileState | undefined;
  readonly remote: FileState | undefined;
  readonly inTheWay: InTheWay | undefined;
  /** Nothing there is newer than here: every difference was made here. */
  readonly remoteOlder: boolean;
}

/** Whether an untracked file on disk has the bytes and the kind of a state. */
export function hasSameBytes(inTheWay: InTheWay | undefined, state: FileState): boolean {
  return inTheWay !== undefined && "digest" in inTheWay && sameContent(inTheWay, state);
}

/** Whether something on disk has to be moved or removed by hand before the path can be written. An empty folder has nothing to lose. */
export function obstructs(inTheWay: InTheWay | undefined): boolean {
  return inTheWay !== undefined && (inTheWay.kind !== "folder" || inTheWay.holdsUntracked);
}

/** Whether what is in the way makes it a file here and a folder there, or the reverse. */
export function isFolderOrParent(inTheWay: InTheWay | undefined): boolean {
  return inTheWay?.kind === "folder" || inTheWay?.kind === "parent-is-file";
}

/** The table of three trees, row by row. */
export function verdictOf(input: VerdictInput): Verdict {
  const { base, local, remote, inTheWay } = input;
  if (sameState(local, remote)) return "in-sync";
  if (input.remoteOlder || sameState(remote, base)) return "local-change";
  if (!sameState(local, base)) return "conflict";
  // What is left was made there alone. Only a path that was never here can find something untracked in its place.
  if (base !== undefined || remote === undefined) return "remote-change";
  if (hasSameBytes(inTheWay, remote)) return "adopt";
  return obstructs(inTheWay) ? "collision" : "remote-change";
}
