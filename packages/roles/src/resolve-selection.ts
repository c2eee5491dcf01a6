import { BALE_LAYER, comparePaths, DEFAULT_LAYER, type LayerName, type RoleName } from "@bale/spec";
import type { ResolvedSelection, SelectableBundle, Selection, SelectionRequest } from "./selection.js";
import { type Origin, unknownLayer, unknownRole } from "./unknown-name.js";

/** Lifts every restriction; no layer or role can have this name. */
const ALL = "all";

/**
 * Decides which layers a command works on: what was asked for, else what is remembered, else the bundle's default role, else everything.
 * A name that the bundle lacks is an error, never a reason to take everything. The layer `bale` is part of every selection.
 * @throws BaleError `ROLE_UNKNOWN`, `LAYER_UNKNOWN`, naming those there are
 */
export function resolveSelection(request: SelectionRequest, bundle: SelectableBundle): ResolvedSelection {
  const { roles, layers, remembered } = request;
  if (roles.length > 0 || layers.length > 0) {
    const isAll = roles.includes(ALL) || layers.includes(ALL);
    return isAll ? everything(bundle, "request") : some(roles, layers, bundle, "request");
  }
  if (remembered !== undefined)
    return remembered.kind === "all"
      ? everything(bundle, "remembered")
      : some(remembered.roles, remembered.layers, bundle, "remembered");
  return bundle.defaultRole === undefined
    ? everything(bundle, "everything")
    : some([bundle.defaultRole], [], bundle, "default-role");
}

function everything(bundle: SelectableBundle, from: ResolvedSelection["from"]): ResolvedSelection {
  const layers = sorted([...bundle.layers, BALE_LAYER]);
  return { kind: "all", roles: [], layers, leftOut: [], from, selection: { kind: "all" } };
}

function some(
  wantedRoles: readonly string[],
  wantedLayers: readonly string[],
  bundle: SelectableBundle,
  from: Exclude<Origin, "bundle">,
): ResolvedSelection {
  const roles = [...new Set(wantedRoles)].map((name) => findRole(name, bundle, from));
  const named = [...new Set(wantedLayers)].map((name) => findLayer(name, bundle, from));
  const layers = sorted([BALE_LAYER, ...roles.flatMap((role) => layersOf(role, bundle)), ...named]);
  const leftOut = [...sorted(bundle.layers)].filter((layer) => !layers.has(layer));
  const selection: Selection = { kind: "some", roles, layers: named };
  const [role] = roles;
  const single = roles.length === 1 && named.length === 0 ? { role } : {};
  return { kind: "some", ...single, roles, layers, leftOut, from, selection };
}

function findRole(name: string, bundle: SelectableBundle, from: Origin): RoleName {
  const role = name as RoleName;
  if (bundle.roles.has(role)) return role;
  throw unknownRole(name, bundle, from);
}

function findLayer(name: string, bundle: SelectableBundle, from: Origin, role?: RoleName): LayerName {
  const layer = name as LayerName;
  // Both exist in every bundle; they are written down only when they have files.
  if (layer === BALE_LAYER || layer === DEFAULT_LAYER || bundle.layers.has(layer)) return layer;
  throw unknownLayer(name, bundle, from, role);
}

function layersOf(role: RoleName, bundle: SelectableBundle): LayerName[] {
  return (bundle.roles.get(role) ?? []).map((layer) => findLayer(layer, bundle, "bundle", role));
}

function sorted(layers: Iterable<LayerName>): ReadonlySet<LayerName> {
  return new Set([...layers].sort(comparePaths));
}
