import { type BundlePath, comparePaths } from "@bale/spec";
import type { StateEntry } from "../state/workspace-state.js";

export interface CursorHit {
  /** The state's own text of the path: keeping it, and not the walk's, spares a copy of each. */
  readonly path: BundlePath;
  readonly entry: StateEntry;
}
/** Walks the state beside a walk of the disk. Both are sorted, so that no path is looked up. */
export interface TrackedCursor {
  /** The entry of a path, given as folder (with a slash, or empty) and name; paths must ascend. Tracked entries that are passed over count as not seen. */
  readonly next: (prefix: string, name: string) => CursorHit | undefined;
  /** Tracked entries that no call has met, once the walk is over. */
  readonly unseen: () => readonly CursorHit[];
}

export function createTrackedCursor(entries: ReadonlyMap<BundlePath, StateEntry>): TrackedCursor {
  const paths = [...entries.keys()];
  const values = [...entries.values()];
  const unseen: CursorHit[] = [];
  let at = 0;
  const pass = (): void => {
    const entry = values[at] as StateEntry;
    if (entry.tracked) unseen.push({ path: paths[at] as BundlePath, entry });
    at++;
  };
  /** Compares without making a text of the whole path, which for an unchanged tree is most of the work here. */
  const isAt = (prefix: string, name: string): boolean => {
    const path = paths[at];
    return (
      path !== undefined &&
      path.length === prefix.length + name.length &&
      path.endsWith(name) &&
      path.startsWith(prefix)
    );
  };
  return {
    next(prefix, name) {
      if (isAt(prefix, name)) return { path: paths[at] as BundlePath, entry: values[at++] as StateEntry };
      const path = prefix + name;
      while (at < paths.length && comparePaths(paths[at] as BundlePath, path) < 0) pass();
      return paths[at] === path
        ? { path: paths[at] as BundlePath, entry: values[at++] as StateEntry }
        : undefined;
    },
    unseen() {
      while (at < paths.length) pass();
      return unseen;
    },
  };
}
