import type { BundlePath, LongCallOptions } from "@bale/spec";
import type { TreeProblem } from "../scan/tree-scan.js";
import { type StateEntry, sortEntries } from "../state/workspace-state.js";
import type { Workspace } from "../workspace.js";
import type { AddResult } from "./add-result.js";
import { checkNames } from "./check-names.js";
import { findCandidates } from "./find-candidates.js";
import { hashTracked } from "./hash-tracked.js";
import { knownState } from "./known-state.js";
import { sortLinks } from "./new-links.js";
import { trackDeclarations } from "./track-declarations.js";
import { locateTracked } from "./tracked-files.js";
import { readTreeArgument } from "./tree-argument.js";

export interface AddOptions extends LongCallOptions {
  /** Absolute folder that relative arguments start from. */
  readonly cwd: string;
  /** Also what is ignored. */
  readonly force?: boolean | undefined;
  /** Store the content of links that a bundle cannot keep. */
  readonly follow?: boolean | undefined;
  /** Whether new files are read now, so that later commands need not. Default true. */
  readonly hash?: boolean | undefined;
}

/** Content of new files goes to the cache; what cannot be read is not added. */
async function hashAdded(
  workspace: Workspace,
  added: readonly BundlePath[],
  entries: ReadonlyMap<BundlePath, StateEntry>,
  options: AddOptions,
): Promise<readonly TreeProblem[]> {
  const hits = added.map((path) => ({ path, entry: entries.get(path) as StateEntry }));
  const { present, unknown } = locateTracked(workspace.root, hits, {
    folders: new Set(),
    unreadable: new Map(),
  });
  const unread = present.filter((file) => knownState(workspace, file, file.stat) === undefined);
  const { failed } = await hashTracked(workspace, unread, options);
  return [...unknown, ...failed].map(({ path, error }) => ({
    path,
    code: error.code,
    why: error.why ?? error.message,
  }));
}

/**
 * Tracks files: named ones, what is below named folders, what globs match. In memory; call `workspace.save`. `bale.yaml` and `.baleignore` come along.
 * What is refused is in the result, and everything else is added all the same.
 * @throws BaleError `USAGE` for arguments outside of the workspace; `NAME_COLLISION`, `UNSAFE_PATH` for names that cannot be in one tree, then
 * nothing is added; `INTERRUPTED`, `PERMISSION`, `IO`
 */
export async function addPaths(
  workspace: Workspace,
  args: readonly string[],
  options: AddOptions,
): Promise<AddResult> {
  const found = await findCandidates(
    workspace,
    args.map((text) => readTreeArgument(workspace.root, options.cwd, text)),
    options,
  );
  const { entries } = workspace.state;
  const isTracked = (path: BundlePath): boolean => entries.get(path)?.tracked === true;
  const fresh = found.files.filter(({ path }) => !isTracked(path));
  const newLinks = fresh.filter(({ stat }) => stat.kind === "link");
  const trackedLinks = new Set(
    [...entries]
      .filter(([, { base, tracked, follow }]) => tracked && !follow && base?.kind === "link")
      .map(([path]) => path),
  );
  const links = sortLinks(workspace, newLinks, trackedLinks, options.follow === true);
  const refused = new Set<string>(links.refused.map(({ path }) => path));
  const accepted = fresh.map(({ path }) => path).filter((path) => !refused.has(path));

  const entryFor = (path: BundlePath): StateEntry => {
    const base = entries.get(path)?.base;
    return {
      tracked: true,
      ...(base ? { base } : {}),
      ...(links.followed.has(path) ? { follow: true as const } : {}),
    };
  };
  const withDeclarations = trackDeclarations(workspace.root, entries);
  const next = new Map(withDeclarations);
  for (const path of accepted) next.set(path, entryFor(path));
  checkNames(workspace, next, links.kept);
  const unreadable =
    options.hash === false || accepted.length === 0
      ? []
      : await hashAdded(workspace, accepted, next, options);
  for (const { path } of unreadable) {
    const before = entries.get(path as BundlePath);
    if (before) next.set(path as BundlePath, before);
    else next.delete(path as BundlePath);
  }
  const unread = new Set<string>(unreadable.map(({ path }) => path));
  workspace.replaceState({ ...workspace.state, entries: sortEntries(next) });

  const problems = [...found.problems, ...unreadable];
  return {
    added: accepted.filter((path) => !unread.has(path)),
    alreadyTracked: found.files.map(({ path }) => path).filter(isTracked),
    ignored: found.ignored,
    missing: found.missing,
    refusedLinks: links.refused,
    problems,
    complete: found.ignored.length + found.missing.length + links.refused.length + problems.length === 0,
  };
}
