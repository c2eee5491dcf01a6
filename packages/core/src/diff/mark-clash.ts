import type { BundlePath } from "@bale/spec";
import type { DraftChange } from "./draft-change.js";

/** What one walk knows of a path when another path turns out to lie below it. */
export interface Standing {
  readonly hasLocal: boolean;
  readonly hasRemote: boolean;
  readonly held: boolean;
  /** None where the path is in sync, or neither held nor selected. */
  readonly change: DraftChange | undefined;
}

interface At {
  readonly path: BundlePath;
  readonly standing: Standing;
}

/** Notes that `lower` lies below `upper`, where one is a file here and the other a file there: no tree can hold both. */
export function markClash(upper: At, lower: At): void {
  const [here, there] = upper.standing.hasLocal ? [upper, lower] : [lower, upper];
  if (
    !here.standing.hasLocal ||
    here.standing.hasRemote ||
    there.standing.hasLocal ||
    !there.standing.hasRemote
  )
    return;
  const mine = here.standing.change;
  const theirs = there.standing.change;
  if (mine === undefined) return;
  mine.clashesWith ??= there.path;
  if (!there.standing.held) mine.carriedClash ??= there.path;
  if (theirs !== undefined) theirs.clashesWith ??= here.path;
  // What is unchanged here and gone there makes room: a clean workspace simply becomes the remote.
  if (mine.verdict === "remote-change" || theirs === undefined || theirs.verdict === "local-change") return;
  if (theirs.verdict === "remote-change") theirs.verdict = "collision";
  mine.clash = true;
  theirs.clash = true;
}
