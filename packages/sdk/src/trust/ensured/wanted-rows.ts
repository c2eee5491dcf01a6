import { createTreeCheck } from "@bale/core";
import { type ResolvedSelection, resolveSelection } from "@bale/roles";
import { BaleError, type FileRow, type LayerName, pathKey, type RoleName } from "@bale/spec";
import type { RemoteTree } from "../../remote/remote-tree.js";
import { pathFilter, selectedLayers } from "../verify-index.js";
import { OWN_PREFIX, type RecordedSelection } from "./ensure-record.js";

export interface WantedRows {
  readonly rows: readonly FileRow[];
  readonly leftOut: readonly string[];
}

/**
 * The layers that a recorded selection means in this bundle. What is remembered of an earlier run is the same as what is asked for now, save for
 * the words of a refusal.
 * @throws BaleError `ROLE_UNKNOWN`, `LAYER_UNKNOWN`
 */
export function resolveRecorded(
  tree: RemoteTree,
  selection: RecordedSelection,
  isRemembered: boolean,
): ResolvedSelection {
  const { root, manifest } = tree.bundle;
  const bundle = {
    layers: new Set(root.layers.keys()),
    roles: root.roles,
    defaultRole: root.defaultRole,
    foreign: manifest === undefined,
  };
  if (!isRemembered || selection.roles.length + selection.layers.length === 0)
    return resolveSelection(selection, bundle);
  const remembered =
    selection.roles.includes("all") || selection.layers.includes("all")
      ? ({ kind: "all" } as const)
      : ({
          kind: "some",
          roles: selection.roles as readonly RoleName[],
          layers: selection.layers as readonly LayerName[],
        } as const);
  return resolveSelection({ roles: [], layers: [], remembered }, bundle);
}

function refuseOwnNames(row: FileRow): void {
  if (!pathKey(row.path).startsWith(OWN_PREFIX)) return;
  throw new BaleError({
    code: "UNSAFE_PATH",
    message: `the bundle has ${JSON.stringify(row.path)}, a name that ensure keeps for itself`,
    fix: "clone or pull the bundle instead",
    context: { path: row.path },
  });
}

/**
 * The rows that must be on disk, checked as one tree before anything is written.
 * @throws BaleError `ROLE_UNKNOWN`, `LAYER_UNKNOWN`, `NAME_COLLISION`, `UNSAFE_PATH`, `LINK_UNSAFE`, `INDEX_INVALID`
 */
export async function wantedRows(
  tree: RemoteTree,
  selection: RecordedSelection,
  options: { readonly isRemembered: boolean; readonly signal?: AbortSignal | undefined },
): Promise<WantedRows> {
  const resolved = resolveRecorded(tree, selection, options.isRemembered);
  const isWanted = pathFilter(selection.paths);
  const check = createTreeCheck();
  const rows: FileRow[] = [];
  for (const { row } of await tree.bundle.rows(selectedLayers(tree.bundle, resolved), {
    signal: options.signal,
  })) {
    check.add(row.path, row.kind, row.target);
    refuseOwnNames(row);
    if (isWanted(row.path)) rows.push(row);
  }
  check.finish();
  return { rows, leftOut: resolved.leftOut };
}
