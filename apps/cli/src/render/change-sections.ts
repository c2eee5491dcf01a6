import { describeChange, type PathChange } from "@bale/core";
import { formatCount } from "../terminal/format-amounts.js";
import { safe } from "../terminal/safe-text.js";
import type { TextStyle } from "../terminal/text-style.js";
import { changedSide, type StepWord, shownPath, stepDetail, stepWord } from "./describe-step.js";

/** The changes of one verdict, without the halves of renames that the new name tells already. */
export interface ChangeSection {
  readonly title: string;
  readonly kind: "conflict" | "local" | "remote" | "adopt";
  readonly changes: readonly PathChange[];
}

function withoutOldNames(changes: readonly PathChange[]): readonly PathChange[] {
  const old = new Set(changes.map(({ renamedFrom }) => renamedFrom).filter((path) => path !== undefined));
  return changes.filter(
    (change) =>
      change.renamedFrom !== undefined || !old.has(change.path) || changedSide(change)[1] !== undefined,
  );
}

/** Sections that have something in them, the most urgent first. Paths that are in sync are in none. */
export function changeSections(changes: readonly PathChange[]): readonly ChangeSection[] {
  const of = (...verdicts: readonly PathChange["verdict"][]): readonly PathChange[] =>
    withoutOldNames(changes.filter(({ verdict }) => verdicts.includes(verdict)));
  const sections: readonly ChangeSection[] = [
    { title: "conflicts", kind: "conflict", changes: of("conflict", "collision") },
    { title: "local changes", kind: "local", changes: of("local-change") },
    { title: "remote changes", kind: "remote", changes: of("remote-change") },
    { title: "here already, with the same content", kind: "adopt", changes: of("adopt") },
  ];
  return sections.filter((section) => section.changes.length > 0);
}

const PAINTS: Readonly<Record<StepWord, "red" | "green" | "yellow" | "cyan">> = {
  added: "green",
  removed: "red",
  modified: "yellow",
  kind: "cyan",
  layer: "cyan",
  renamed: "cyan",
  unchanged: "cyan",
};
const WIDTH = "modified".length;

/** `  modified  configs/a.yaml`. */
export function changeLine(style: TextStyle, word: StepWord, path: string, detail = ""): string {
  return `  ${style[PAINTS[word]](word.padEnd(WIDTH))}  ${path}${detail}\n`;
}

function lineOf(style: TextStyle, section: ChangeSection, change: PathChange): string {
  if (section.kind === "conflict")
    return `  ${style.red(safe(change.path))}: ${safe(describeChange(change))}\n`;
  const [before, after] = changedSide(change);
  const word = stepWord(before, after, change.renamedFrom);
  return changeLine(style, word, shownPath(change.path, change.renamedFrom), stepDetail(before, after));
}

/** At most `limit` lines under a title that counts them all. */
export function section(style: TextStyle, title: string, lines: readonly string[], limit: number): string {
  const more = lines.length - limit;
  const rest = more > 0 ? `  and ${formatCount(more)} more; -v lists all\n` : "";
  return `${style.bold(title)} (${formatCount(lines.length)})\n${lines.slice(0, limit).join("")}${rest}`;
}

export function changeSection(style: TextStyle, each: ChangeSection, limit: number): string {
  return section(
    style,
    each.title,
    each.changes.map((change) => lineOf(style, each, change)),
    limit,
  );
}
