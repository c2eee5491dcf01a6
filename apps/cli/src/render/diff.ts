import type { DiffChange, DiffResult } from "@bale/sdk";
import { counted, formatBytes } from "../terminal/format-amounts.js";
import { safe, safeLines } from "../terminal/safe-text.js";
import type { TextStyle } from "../terminal/text-style.js";
import { changeLine, changeSection, changeSections } from "./change-sections.js";
import { shownPath, stepDetail } from "./describe-step.js";

function delta({ before, after }: DiffChange): number {
  return (after?.size ?? 0) - (before?.size ?? 0);
}

function signed(bytes: number): string {
  return bytes < 0 ? `-${formatBytes(-bytes)}` : `+${formatBytes(bytes)}`;
}

/** Counts and bytes, one line a path and a sum. */
export function renderDiffStat(style: TextStyle, { changes }: DiffResult): string {
  const amounts = changes.map((change) => signed(delta(change)));
  const width = Math.max(0, ...amounts.map((amount) => amount.length));
  const lines = changes.map((change, index) => {
    const amount = style.dim((amounts[index] ?? "").padStart(width));
    return changeLine(style, change.change, `${amount}  ${shownPath(change.path, change.from)}`);
  });
  const sum = changes.reduce((bytes, change) => bytes + delta(change), 0);
  const count = (...words: readonly DiffChange["change"][]): number =>
    changes.filter(({ change }) => words.includes(change)).length;
  return `${lines.join("")}${counted(changes.length, "change")}: ${count("added")} added, ${count("removed")} removed, ${count("modified", "kind", "layer", "renamed")} changed, ${signed(sum)}\n`;
}

export function renderNameOnly({ changes }: DiffResult): string {
  return changes.map(({ path }) => `${path}\n`).join("");
}

const REASONS = {
  binary: "binary files differ",
  "too-large": "too large to show",
  unavailable: "the content cannot be fetched",
} as const;

function patchText(style: TextStyle, change: DiffChange): string {
  const { patch } = change;
  if (!patch)
    return changeLine(
      style,
      change.change,
      shownPath(change.path, change.from),
      stepDetail(change.before, change.after),
    );
  if ("reason" in patch) return `${style.bold(safe(change.path))}: ${REASONS[patch.reason]}\n`;
  const painted = safeLines(patch.text)
    .split("\n")
    .map((line) =>
      line.startsWith("+")
        ? style.green(line)
        : line.startsWith("-")
          ? style.red(line)
          : line.startsWith("@@")
            ? style.cyan(line)
            : line,
    );
  return painted.join("\n");
}

export function renderPatch(style: TextStyle, { changes }: DiffResult): string {
  return changes.map((change) => patchText(style, change)).join("");
}

/** With verdicts, who changed what; else what leads from A to B. */
export function renderDiff(style: TextStyle, result: DiffResult, limit: number): string {
  const { a, b, changes, verdicts } = result;
  if (verdicts) {
    const sections = changeSections(verdicts);
    return sections.length === 0
      ? `${safe(a)} and the working tree agree\n`
      : sections.map((each) => changeSection(style, each, limit)).join("\n");
  }
  if (changes.length === 0) return "no differences\n";
  const lines = changes.map((change) =>
    changeLine(
      style,
      change.change,
      shownPath(change.path, change.from),
      stepDetail(change.before, change.after),
    ),
  );
  return `${style.dim(`from ${safe(a)} to ${safe(b)}`)}\n${lines.join("")}`;
}
