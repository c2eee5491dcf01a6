import { compileGlob } from "@bale/roles";
import { BaleError, comparePaths, type LongCallOptions } from "@bale/spec";
import { listReplaced, restoreReplaced, type Workspace } from "@bale/workspace";
import type { ReplacedFile } from "./work-types.js";

/** What `--theirs`, `--overwrite` and `--mirror` put aside, newest first. @throws BaleError `PERMISSION`, `IO` */
export async function listReplacedFiles(root: string): Promise<readonly ReplacedFile[]> {
  return listReplaced(root).map(({ path, id, atMs, reason, size, digest }) => ({
    path,
    id,
    atMs,
    reason,
    size,
    digest,
  }));
}

/** The kept paths that an argument means: that path, what is below it, or what the glob matches. */
function meantBy(argument: string, kept: readonly string[]): readonly string[] {
  const named = kept.filter((path) => path === argument || path.startsWith(`${argument}/`));
  if (named.length > 0) return named;
  const match = compileGlob(argument);
  return kept.filter((path) => match(path));
}

function nothingKept(missing: readonly string[]): BaleError {
  return new BaleError({
    code: "NOT_FOUND",
    message: `nothing is kept of ${missing.join(", ")}`,
    why: "only what a command replaced is kept, until `bale gc`",
    fix: "list what there is with `bale restore`",
    context: { paths: missing },
  });
}

/**
 * `bale restore PATH...`: brings the newest kept content of each path back; what is there now is put aside in turn.
 * Arguments are paths, folders or globs. All are looked up before anything changes.
 * @throws BaleError `NOT_FOUND`, `WOULD_OVERWRITE` for a folder in the way, `SYMLINK_PARENT`, `PERMISSION`, `NO_SPACE`, `IO`
 */
export async function restoreFiles(
  workspace: Workspace,
  paths: readonly string[],
  options: LongCallOptions = {},
): Promise<{ readonly restored: readonly string[] }> {
  if (options.signal?.aborted)
    throw new BaleError({ code: "INTERRUPTED", message: "stopped before anything was restored" });
  const kept = [...new Set(listReplaced(workspace.root).map(({ path }) => path))];
  const meant = paths.map((argument) => ({
    argument,
    found: meantBy(argument.replace(/^\.\/|\/$/g, ""), kept),
  }));
  const missing = meant.filter(({ found }) => found.length === 0).map(({ argument }) => argument);
  if (missing.length > 0) throw nothingKept(missing);
  const wanted = [...new Set(meant.flatMap(({ found }) => found))];
  // Without paths the lower layer would bring everything back; a command that names nothing changes nothing.
  if (wanted.length === 0) return { restored: [] };
  const { restored } = await restoreReplaced(workspace, wanted);
  await workspace.save();
  return { restored: restored.map(({ path }) => path).sort(comparePaths) };
}
