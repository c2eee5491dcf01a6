import type { StatusResult } from "@bale/sdk";
import { changedSide, stepWord } from "./describe-step.js";

const VERDICTS = {
  conflict: "conflict",
  collision: "conflict",
  "local-change": "local",
  "remote-change": "remote",
  adopt: "adopt",
  "in-sync": undefined,
} as const;

/**
 * Lines that scripts may rely on: fields between tabs, nothing when there is nothing to tell.
 * `conflict|local|remote|adopt TAB step TAB path [TAB old path]`, `untracked TAB path`, `problem TAB code TAB path`.
 * Paths hold neither tab nor line end: no bundle takes such names, and others are escaped.
 */
export function porcelain(status: StatusResult): string {
  const lines = status.changes.flatMap((change) => {
    const verdict = VERDICTS[change.verdict];
    if (verdict === undefined) return [];
    const [before, after] = changedSide(change);
    const from = change.renamedFrom === undefined ? [] : [change.renamedFrom];
    return [[verdict, stepWord(before, after, change.renamedFrom), change.path, ...from].join("\t")];
  });
  for (const { path } of status.untracked) lines.push(`untracked\t${path}`);
  for (const { path, code } of status.problems) lines.push(`problem\t${code}\t${path}`);
  return lines.map((line) => `${line}\n`).join("");
}
