import { type FetchPlan, planRanges } from "@bale/engine";
import { BALE_LAYER, type FileRow, type LayerName, type LongCallOptions } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import type { RemotePorts, RemoteTree } from "../remote/remote-tree.js";
import { REGISTRY } from "../storage/list-stores.js";
import type { PullCost, RoleLayer, RolesResult, ShownRole, StoreShare } from "./look-types.js";
import { openReference } from "./open-reference.js";
import { shownLayers, shownRoles } from "./show.js";

// A look at the tag, the manifest and the root: what every first pull asks for, whatever it takes.
const FIRST_REQUESTS = 3;

async function rowsByLayer(
  tree: RemoteTree,
  options: LongCallOptions,
): Promise<ReadonlyMap<LayerName, readonly FileRow[]>> {
  const rows = new Map<LayerName, FileRow[]>();
  for (const { layer, row } of await tree.bundle.rows(undefined, options)) {
    const known = rows.get(layer);
    if (known) known.push(row);
    else rows.set(layer, [row]);
  }
  return rows;
}

/** The blobs of a layer by the store that they lie in, each once. */
function sharesOf(rows: readonly FileRow[]): readonly StoreShare[] {
  const stores = new Map<string, Map<string, number>>();
  for (const { extents } of rows)
    for (const { blob } of extents) {
      const name = blob.store ?? REGISTRY;
      const blobs = stores.get(name) ?? new Map<string, number>();
      stores.set(name, blobs.set(blob.digest, blob.size));
    }
  return [...stores]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([store, blobs]) => ({
      store,
      blobs: blobs.size,
      bytes: [...blobs.values()].reduce((sum, size) => sum + size, 0),
    }));
}

function costOfRanges({ ranges, scattered }: FetchPlan): PullCost {
  const extents = scattered.flatMap((row) => row.extents);
  return {
    requests: ranges.length + extents.length,
    bytes:
      ranges.reduce((sum, { start, end }) => sum + end - start, 0) +
      extents.reduce((sum, { length }) => sum + length, 0),
  };
}

/** What a first pull of some layers asks for, the index included. */
function pullCost(
  tree: RemoteTree,
  layers: ReadonlySet<LayerName>,
  rows: ReadonlyMap<LayerName, readonly FileRow[]>,
): PullCost {
  const { root, raw, manifest } = tree.bundle;
  const tables = [...layers].flatMap((layer) => root.layers.get(layer)?.tables ?? []);
  const content = costOfRanges(planRanges([...layers].flatMap((layer) => rows.get(layer) ?? [])));
  return {
    requests: FIRST_REQUESTS + tables.length + content.requests,
    bytes:
      raw.bytes.length +
      (manifest?.root.size ?? 0) +
      tables.reduce((sum, { size }) => sum + size, 0) +
      content.bytes,
  };
}

/** `bale roles`: layers and where they lie, roles and what a first pull of each costs. Fetches the tables, and no content. */
export async function roles(
  context: ClientContext,
  reference: string,
  ports: RemotePorts,
  options: LongCallOptions = {},
): Promise<RolesResult> {
  const tree = await openReference(context, reference, ports, options);
  const { bundle, state } = tree;
  const rows = await rowsByLayer(tree, options);
  const layers = shownLayers(bundle).map(
    (layer): RoleLayer => ({ ...layer, stores: sharesOf(rows.get(layer.name as LayerName) ?? []) }),
  );
  const cost = (role: ShownRole): PullCost =>
    pullCost(tree, new Set([...(role.layers as readonly LayerName[]), BALE_LAYER]), rows);
  return {
    reference: state.name,
    defaultRole: bundle.root.defaultRole,
    roles: shownRoles(bundle).map((role) => ({ ...role, pull: cost(role) })),
    layers,
    all: pullCost(tree, new Set(bundle.root.layers.keys()), rows),
  };
}
