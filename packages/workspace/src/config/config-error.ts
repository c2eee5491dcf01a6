import { BaleError } from "@bale/spec";
import type { PlacedIssue } from "./yaml-document.js";

/** One error for all mistakes of a file, in the order of the file. */
export function configError(file: string, issues: readonly PlacedIssue[]): BaleError {
  const sorted = [...issues].sort((a, b) => a.line - b.line || a.column - b.column);
  const problems = sorted.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  return new BaleError({
    code: "CONFIG_INVALID",
    message: problems.length === 1 ? `${file} has a mistake` : `${file} has ${problems.length} mistakes`,
    why: problems.join("\n"),
    fix: "correct the lines named; `bale help config` lists every key",
    context: { path: file, problems },
  });
}
