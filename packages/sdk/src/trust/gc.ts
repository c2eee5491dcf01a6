import { gcWorkspace, listIndexObjects, type Workspace } from "@bale/workspace";
import { reachableObjects } from "./reachable-objects.js";
import type { GcOptions, GcReport } from "./trust-types.js";

/**
 * `bale gc` in a workspace: leftovers in staging, replaced files, and index objects that neither B, the remote as last seen nor a push
 * elsewhere needs. Staged packs go too: what a later push needs is packed again to the same bytes. Needs the workspace's lock.
 * @throws BaleError `PERMISSION`, `IO`
 */
export async function gc(workspace: Workspace, options: GcOptions = {}): Promise<GcReport> {
  const { root, state } = workspace;
  const keepIndex = reachableObjects(root, state);
  const objects = listIndexObjects(root);
  const unneeded = objects.filter(({ digest }) => !keepIndex.has(digest));
  const result = await gcWorkspace(workspace, {
    keepIndex,
    // The lock is held, so no push is under way.
    stagedOlderThanMs: Number.NEGATIVE_INFINITY,
    replacedOlderThanMs: Number.NEGATIVE_INFINITY,
    dryRun: options.dryRun,
  });
  const parts = [result.staging, result.temporary, result.replaced];
  return {
    removedFiles: unneeded.length + parts.reduce((sum, part) => sum + part.files, 0),
    removedBytes: [...parts.map((part) => part.bytes), ...unneeded.map(({ size }) => size)].reduce(
      (sum, bytes) => sum + bytes,
      0,
    ),
    kept: objects.length - unneeded.length,
  };
}
