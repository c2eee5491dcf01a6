import type { Digest, FileState, LayerName } from "@bale/spec";
import type { FileStat } from "../file-stat.js";
import type { Workspace } from "../workspace.js";
import { entryKind } from "./entry-kind.js";
import type { CursorHit } from "./tracked-cursor.js";

/** The state of a file with this content; the base's own object when nothing differs, so that later steps can compare by identity. */
export function stateOf(
  workspace: Workspace,
  { entry }: CursorHit,
  stat: FileStat,
  digest: Digest,
  layer: LayerName,
): FileState {
  const { base } = entry;
  const kind = entryKind(stat.kind, base?.kind, workspace.state.capabilities);
  return base &&
    base.digest === digest &&
    base.size === stat.size &&
    base.kind === kind &&
    base.layer === layer
    ? base
    : { digest, size: stat.size, kind, layer };
}

/** The state of a file that was not touched since it was hashed, else `undefined`. Layers are assigned once and then remembered. */
export function knownState(workspace: Workspace, hit: CursorHit, stat: FileStat): FileState | undefined {
  const { path } = hit;
  const current = workspace.statCache.current(path, stat);
  if (current === undefined) return undefined;
  const layer = current.layer ?? workspace.assign(path);
  if (current.layer === undefined && workspace.project)
    workspace.statCache.set(path, { stat, digest: current.digest, settled: true, layer });
  return stateOf(workspace, hit, stat, current.digest, layer);
}
