import type { BundlePath, Digest, EntryKind, FileState } from "@bale/spec";
import type { DraftChange } from "./draft-change.js";

/** Paths that left with one digest and kind, in path order; `taken` of them are paired. A position, since shifting would be quadratic. */
interface Gone {
  readonly paths: BundlePath[];
  taken: number;
}

/**
 * Names, for each new path, the path that left the same side with the same digest and kind. Both are taken in path order, so that the
 * pairing is the same on every machine. Empty files are all alike and are not paired. Linear in the number of changes.
 */
export function detectRenames(changes: readonly DraftChange[]): void {
  pair(changes, (change) => change.local);
  pair(changes, (change) => change.remote);
}

function pair(changes: readonly DraftChange[], side: (change: DraftChange) => FileState | undefined): void {
  const added = changes.filter(
    (change) => change.base === undefined && side(change) !== undefined && change.verdict !== "in-sync",
  );
  if (added.length === 0) return;
  const gone: Record<EntryKind, Map<Digest, Gone>> = { file: new Map(), exec: new Map(), link: new Map() };
  for (const change of changes) {
    if (change.base === undefined || change.base.size === 0 || side(change) !== undefined) continue;
    const { digest, kind } = change.base;
    const alike = gone[kind].get(digest);
    if (alike === undefined) gone[kind].set(digest, { paths: [change.path], taken: 0 });
    else alike.paths.push(change.path);
  }
  for (const change of added) {
    const state = side(change);
    const alike = state && gone[state.kind].get(state.digest);
    const from = alike?.paths[alike.taken];
    if (alike === undefined || from === undefined || change.renamedFrom !== undefined) continue;
    alike.taken++;
    change.renamedFrom = from;
  }
}
