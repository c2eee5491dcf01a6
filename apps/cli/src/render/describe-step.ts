import type { PathChange } from "@bale/core";
import type { EntryKind } from "@bale/spec";
import { safe } from "../terminal/safe-text.js";

/** As much of a file state as a description needs. */
export interface StepState {
  readonly digest: string;
  readonly size: number;
  readonly kind: EntryKind;
  readonly layer: string;
}
/** What happened to a path on one side, in a word that scripts may rely on. */
export type StepWord = "added" | "removed" | "modified" | "kind" | "layer" | "renamed" | "unchanged";

export function stepWord(
  before: StepState | undefined,
  after: StepState | undefined,
  renamedFrom?: string,
): StepWord {
  if (renamedFrom !== undefined) return "renamed";
  if (!before) return after ? "added" : "unchanged";
  if (!after) return "removed";
  if (before.digest !== after.digest || before.size !== after.size) return "modified";
  if (before.kind !== after.kind) return "kind";
  return before.layer === after.layer ? "unchanged" : "layer";
}

const KINDS: Readonly<Record<EntryKind, string>> = { file: "file", exec: "executable", link: "link" };

/** What a step changes beside the bytes: `code → data`, `file → executable`. */
export function stepDetail(before: StepState | undefined, after: StepState | undefined): string {
  if (!before || !after) return "";
  const parts = [
    ...(before.kind === after.kind ? [] : [`${KINDS[before.kind]} → ${KINDS[after.kind]}`]),
    ...(before.layer === after.layer ? [] : [`${before.layer} → ${after.layer}`]),
  ];
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

/** The side of a change that its verdict speaks of. */
export function changedSide(
  change: PathChange,
): readonly [before: StepState | undefined, after: StepState | undefined] {
  return change.verdict === "local-change" ? [change.base, change.local] : [change.base, change.remote];
}

/** `old.txt → new.txt` for a rename, else the path. */
export function shownPath(path: string, from: string | undefined): string {
  return from === undefined ? safe(path) : `${safe(from)} → ${safe(path)}`;
}
