import type { Blocked } from "@bale/core";
import { BaleError, type ErrorCode } from "@bale/spec";

/** The manifests of two histories that went apart. */
export interface Histories {
  readonly base?: string | undefined;
  readonly remote?: string | undefined;
}

const PLAIN = /^[A-Za-z0-9_./@%+=:,-]+$/;

/** A path as a glob that matches it alone, as one word of a shell. */
function asArgument(path: string): string {
  if (PLAIN.test(path)) return path;
  const glob = path.replace(/[[\]{}()!]/g, "\\$&");
  return `'${glob.replaceAll("'", "'\\''")}'`;
}

/** Paths as arguments, as long as a line that people still paste. */
function pasted(blocked: readonly Blocked[]): string {
  return blocked.length <= 5 ? blocked.map((entry) => asArgument(entry.path)).join(" ") : "'**'";
}

function refusal(
  name: string,
  blocked: readonly Blocked[],
  histories: Histories,
  words: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly fix: string;
    readonly divergedFix: string;
  },
): BaleError {
  const diverged = blocked.some((entry) => entry.verdict === "diverged");
  const apart = `somebody replaced what this workspace pushed: ${name} is ${histories.remote}, this workspace came from ${histories.base}`;
  const reasons = blocked.map((entry) => `${entry.path}: ${entry.reason}`);
  return new BaleError({
    code: diverged ? "DIVERGED" : words.code,
    message: words.message,
    why: [...(diverged ? [apart] : []), ...reasons].join("\n"),
    fix: diverged ? words.divergedFix : words.fix,
    context: { paths: blocked.map((entry) => entry.path) },
  });
}

function paths(blocked: readonly Blocked[]): string {
  return `${blocked.length} ${blocked.length === 1 ? "path" : "paths"}`;
}

/** A push that would lose somebody's work. Every path is listed, and the ways out are ready to paste. */
export function pushRefused(name: string, blocked: readonly Blocked[], histories: Histories): BaleError {
  return refusal(name, blocked, histories, {
    code: "PUSH_REFUSED",
    message: `push refused: ${paths(blocked)} would be lost at ${name}`,
    fix: "run `bale pull`, then push again; or `bale push --force` to replace what is there",
    divergedFix: `look at both with \`bale diff --remote\`; then \`bale pull --theirs ${pasted(blocked)}\` takes theirs, \`bale pull --ours ${pasted(blocked)}\` keeps yours`,
  });
}

/** A pull that would lose work that exists only here. */
export function pullRefused(name: string, blocked: readonly Blocked[], histories: Histories): BaleError {
  const fix = `\`bale pull --theirs ${pasted(blocked)}\` takes the remote's (yours is kept for \`bale restore\`); \`bale pull --ours ${pasted(blocked)}\` keeps yours`;
  return refusal(name, blocked, histories, {
    code: "PULL_REFUSED",
    message: `pull refused: ${paths(blocked)} would lose work that exists only here`,
    fix,
    divergedFix: fix,
  });
}
