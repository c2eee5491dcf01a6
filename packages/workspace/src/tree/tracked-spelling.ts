import { type BundlePath, pathKey } from "@bale/spec";
import type { Capabilities } from "../capabilities.js";
import type { ScannedFile } from "../scan/tree-scan.js";
import type { CursorHit } from "./tracked-cursor.js";
import type { TrackedFile } from "./tracked-files.js";

export interface Respelled {
  readonly found: readonly TrackedFile[];
  readonly unseen: readonly CursorHit[];
  readonly untracked: readonly ScannedFile[];
}

/**
 * A disk that folds case or decomposes accents may show a tracked file under another spelling. It is given the tracked one back: else every file
 * would be deleted and added again. On disks that keep names nothing happens.
 */
export function takeTrackedSpelling(
  untracked: readonly ScannedFile[],
  unseen: readonly CursorHit[],
  capabilities: Capabilities,
): Respelled {
  const keepsNames = capabilities.caseSensitive && capabilities.keepsNormalization;
  if (keepsNames || unseen.length === 0) return { found: [], unseen, untracked };
  const missing = new Map(unseen.map((hit) => [pathKey(hit.path), hit]));
  const found = new Map<BundlePath, TrackedFile>();
  const others = untracked.filter((file) => {
    const hit = missing.get(pathKey(file.path));
    if (hit) found.set(hit.path, { ...hit, stat: file.stat });
    return hit === undefined;
  });
  return {
    found: [...found.values()],
    unseen: unseen.filter(({ path }) => !found.has(path)),
    untracked: others,
  };
}
