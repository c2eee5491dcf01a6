import type { Blocked } from "@bale/core";
import { BaleError } from "@bale/spec";

function quote(path: string): string {
  return /^[A-Za-z0-9_./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function listed(blocked: readonly Blocked[]): string {
  return blocked.map((entry) => `${entry.path}: ${entry.reason}`).join("\n");
}

/** Paths as arguments, as long as a line that people still paste. */
function pasted(blocked: readonly Blocked[]): string {
  return blocked.length <= 5 ? blocked.map((entry) => quote(entry.path)).join(" ") : "'**'";
}

/** A push that would lose somebody's work. Every path is listed, and the ways out are ready to paste. */
export function pushRefused(
  name: string,
  blocked: readonly Blocked[],
  manifests: { readonly base?: string | undefined; readonly remote?: string | undefined },
): BaleError {
  const diverged = blocked.some((entry) => entry.verdict === "diverged");
  const histories = diverged
    ? `somebody replaced what this workspace pushed: ${name} is ${manifests.remote}, this workspace came from ${manifests.base}\n`
    : "";
  return new BaleError({
    code: diverged ? "DIVERGED" : "PUSH_REFUSED",
    message: `push refused: ${blocked.length} ${blocked.length === 1 ? "path" : "paths"} would be lost at ${name}`,
    why: `${histories}${listed(blocked)}`,
    fix: diverged
      ? `look at both with \`bale diff --remote\`; then \`bale pull --theirs ${pasted(blocked)}\` takes theirs, \`bale pull --ours ${pasted(blocked)}\` keeps yours`
      : "run `bale pull`, then push again; or `bale push --force` to replace what is there",
    context: { paths: blocked.map((entry) => entry.path) },
  });
}

/** A pull that would lose work that exists only here. */
export function pullRefused(
  name: string,
  blocked: readonly Blocked[],
  manifests: { readonly base?: string | undefined; readonly remote?: string | undefined },
): BaleError {
  const diverged = blocked.some((entry) => entry.verdict === "diverged");
  const histories = diverged
    ? `somebody replaced what this workspace pushed: ${name} is ${manifests.remote}, this workspace came from ${manifests.base}\n`
    : "";
  return new BaleError({
    code: diverged ? "DIVERGED" : "PULL_REFUSED",
    message: `pull refused: ${blocked.length} ${blocked.length === 1 ? "path" : "paths"} would lose work that exists only here`,
    why: `${histories}${listed(blocked)}`,
    fix: `\`bale pull --theirs ${pasted(blocked)}\` takes the remote's (yours is kept for \`bale restore\`); \`bale pull --ours ${pasted(blocked)}\` keeps yours`,
    context: { paths: blocked.map((entry) => entry.path) },
  });
}
