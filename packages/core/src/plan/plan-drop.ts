import { BALE_LAYER, type BundlePath, type LayerName } from "@bale/spec";
import { mergeTrees } from "../diff/merge-trees.js";
import { sameState } from "../diff/same-state.js";
import type { DropInput, DropPlan } from "./drop-plan.js";

/** Plans which held paths outside the selection leave the disk: those that are unchanged since the base. @throws BaleError `INTERNAL` when a tree is not sorted */
export function planDrop(input: DropInput): DropPlan {
  const actions: DropPlan["actions"][number][] = [];
  const kept: { path: BundlePath; reason: string }[] = [];
  const isSelected = (layer: LayerName): boolean => layer === BALE_LAYER || input.selected(layer);
  mergeTrees([input.base, input.local], (path, base, local) => {
    const layer = (local ?? base)?.layer;
    if (layer === undefined || isSelected(layer) || input.path?.(path) === false) return;
    if (local === undefined) kept.push({ path, reason: "deleted here" });
    else if (sameState(base, local)) actions.push({ type: "delete", path, expect: local, keepOld: false });
    else kept.push({ path, reason: base === undefined ? "added here" : "changed here" });
  });
  return { kind: "drop", actions, kept };
}
