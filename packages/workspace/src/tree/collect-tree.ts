import type { LongCallOptions, TreeEntry } from "@bale/spec";
import { readIgnoreRules } from "../scan/ignore-rules.js";
import { scanTree } from "../scan/scan-tree.js";
import type { ScannedFile, TreeScan } from "../scan/tree-scan.js";
import type { Workspace } from "../workspace.js";
import { knownState } from "./known-state.js";
import { type CursorHit, createTrackedCursor } from "./tracked-cursor.js";
import type { TrackedFile } from "./tracked-files.js";
import { takeTrackedSpelling } from "./tracked-spelling.js";

/** What one walk found, before anything is read. */
export interface CollectedTree {
  /** Not touched since they were hashed; sorted. */
  readonly known: readonly TreeEntry[];
  /** Tracked and met, but not known as they are now, or links whose content is tracked: to be looked at again. */
  readonly unsure: readonly CursorHit[];
  /** Tracked, under another spelling than the disk shows. */
  readonly respelled: readonly TrackedFile[];
  /** Tracked, and not met by the walk. */
  readonly unseen: readonly CursorHit[];
  readonly untracked: readonly ScannedFile[];
  readonly scan: TreeScan;
}

/** Walks the disk and the state side by side. @throws BaleError `INTERRUPTED`, `CONFIG_INVALID`, `PERMISSION`, `IO` */
export async function collectTree(workspace: Workspace, options: LongCallOptions): Promise<CollectedTree> {
  const { root, state } = workspace;
  const cursor = createTrackedCursor(state.entries);
  const known: TreeEntry[] = [];
  const unsure: CursorHit[] = [];

  const scan = await scanTree(root, {
    ignore: readIgnoreRules(root),
    isTracked: () => false,
    claim(prefix, name, stat) {
      const hit = cursor.next(prefix, name);
      if (!hit?.entry.tracked) return false;
      const found = hit.entry.follow ? undefined : knownState(workspace, hit, stat);
      if (found) known.push({ path: hit.path, state: found });
      else unsure.push(hit);
      return true;
    },
    signal: options.signal,
    onProgress: options.onProgress,
  });
  const spelled = takeTrackedSpelling(scan.files, cursor.unseen(), state.capabilities);
  return {
    known,
    unsure,
    respelled: spelled.found,
    unseen: spelled.unseen,
    untracked: spelled.untracked,
    scan,
  };
}
