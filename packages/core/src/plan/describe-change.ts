import type { FileState } from "@bale/spec";
import type { PathChange } from "../diff/path-change.js";
import { sameContent, sameState } from "../diff/same-state.js";

/** Says in a few words, for people, why a path stands in the way of a pull or a push. */
export function describeChange(change: PathChange): string {
  const { base, local, remote, inTheWay, clashesWith } = change;
  const obstacle = local === undefined ? describeObstacle(change) : undefined;
  if (obstacle !== undefined) return obstacle;
  if (change.clash === true && clashesWith !== undefined) {
    const [own, other] = local === undefined ? ["there", "here"] : ["here", "there"];
    return clashesWith.length < change.path.length
      ? `${clashesWith} is a file ${other}, and ${change.path} lies below it ${own}`
      : `a file ${own} and a folder ${other}`;
  }
  if (change.movedOut === true && remote !== undefined) {
    const moved = `moved there to layer ${remote.layer}, which is not selected`;
    return sameState(base, local) ? moved : `${step(base, local)} here, and ${moved}`;
  }
  const there = sameState(base, remote) ? undefined : `${step(base, remote)} there`;
  const here = sameState(base, local) ? undefined : `${step(base, local)} here`;
  const told = [here, there].filter((part) => part !== undefined).join(", ");
  return inTheWay !== undefined && "digest" in inTheWay
    ? `${told}, and an untracked file is in the way`
    : told;
}

function describeObstacle({ inTheWay, verdict }: PathChange): string | undefined {
  if (inTheWay === undefined) return undefined;
  switch (inTheWay.kind) {
    case "folder":
      return inTheWay.holdsUntracked
        ? "a folder with untracked files is in the way, and no flag removes it"
        : undefined;
    case "special":
      return "something that is neither file nor folder is in the way, and no flag removes it";
    case "parent-is-file":
      return `its parent ${inTheWay.path} is an untracked file here`;
    default:
      return verdict === "collision" ? "an untracked file with other content is in the way" : undefined;
  }
}

function step(before: FileState | undefined, after: FileState | undefined): string {
  if (before === undefined) return "added";
  if (after === undefined) return "removed";
  return sameContent(before, after) ? `moved to layer ${after.layer}` : "changed";
}
