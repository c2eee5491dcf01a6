import type { Digest, FileState, LayerName } from "@bale/spec";
import type { FileStat, QuickStat } from "../file-stat.js";
import type { Workspace } from "../workspace.js";
import { entryKind } from "./entry-kind.js";
import type { CursorHit } from "./tracked-cursor.js";

/** The state of a file with this content; the base's own object when nothing differs, so that later steps can compare by identity. */
export function stateOf(
  workspace: Workspace,
  { entry }: CursorHit,
  seen: Pick<FileStat, "size" | "kind">,
  digest: Digest,
  layer: LayerName,
): FileState {
  const { base } = entry;
  const kind = entryKind(seen.kind, base?.kind, workspace.state.capabilities);
  return base &&
    base.digest === digest &&
    base.size === seen.size &&
    base.kind === kind &&
    base.layer === layer
    ? base
    : { digest, size: seen.size, kind, layer };
}

function isQuick(stat: FileStat | QuickStat): stat is QuickStat {
  return "mtimeMs" in stat;
}

/** The state of a file that was not touched since it was hashed, else `undefined`. Layers are assigned once and then remembered. */
export function knownState(
  workspace: Workspace,
  hit: CursorHit,
  stat: FileStat | QuickStat,
): FileState | undefined {
  const { path } = hit;
  const { statCache: cache } = workspace;
  const current = isQuick(stat) ? cache.quicklyCurrent(path, stat) : cache.current(path, stat);
  if (current === undefined) return undefined;
  const layer = current.layer ?? workspace.assign(path);
  if (current.layer === undefined && workspace.project) {
    const known = cache.entry(path);
    if (known) cache.set(path, { ...known, layer });
  }
  return stateOf(workspace, hit, stat, current.digest, layer);
}
