import type { Bundle } from "@bale/engine";
import { ANNOTATIONS, BALE_LAYER, type LayerName } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import type { RemotePorts, RemoteTree } from "../remote/remote-tree.js";
import { findRow, listed } from "./list.js";
import type { SelectOptions, ShownLayer, ShownRole, ShowResult } from "./look-types.js";
import { openReference, splitPath } from "./open-reference.js";

/** Layers, from manifest and root alone. */
export function shownLayers(bundle: Bundle): ShownLayer[] {
  const stored = new Map<string, number>();
  for (const descriptor of bundle.manifest?.layers ?? []) {
    const layer = descriptor.annotations?.[ANNOTATIONS.layer];
    if (layer !== undefined) stored.set(layer, (stored.get(layer) ?? 0) + descriptor.size);
  }
  return [...bundle.root.layers].map(([name, layer]) => ({
    name,
    files: layer.files,
    size: layer.size,
    digest: layer.digest,
    storedSize: stored.get(name) ?? 0,
  }));
}

/** Roles, from the root alone. */
export function shownRoles(bundle: Bundle): ShownRole[] {
  return [...bundle.root.roles].map(([name, layers]) => {
    const all = new Set<LayerName>([...layers, BALE_LAYER]);
    const summaries = [...all].flatMap((layer) => bundle.root.layers.get(layer) ?? []);
    return {
      name,
      layers,
      files: summaries.reduce((sum, layer) => sum + layer.files, 0),
      size: summaries.reduce((sum, layer) => sum + layer.size, 0),
    };
  });
}

function describe(tree: RemoteTree): ShowResult {
  const { bundle, state } = tree;
  const { manifest, root } = bundle;
  const layers = shownLayers(bundle);
  return {
    reference: state.name,
    manifest: state.digest,
    contentDigest: root.contentDigest,
    bale: manifest !== undefined,
    artifactType: manifest?.artifactType,
    envelope: manifest?.envelope,
    exact: manifest?.exact ?? false,
    parent: manifest?.parent,
    annotations: manifest?.annotations ?? {},
    files: layers.reduce((sum, layer) => sum + layer.files, 0),
    size: layers.reduce((sum, layer) => sum + layer.size, 0),
    layers,
    roles: shownRoles(bundle),
    defaultRole: root.defaultRole,
    stores: [...root.stores].map(([name, store]) => ({ name, type: store.type })),
    manifestLayers: manifest?.layers.length ?? 0,
  };
}

/** `bale show REF[//PATH]`: from manifest and index alone. */
export async function show(
  context: ClientContext,
  text: string,
  ports: RemotePorts,
  options: SelectOptions = {},
): Promise<ShowResult> {
  const { reference, path } = splitPath(text);
  const tree = await openReference(context, reference, ports, options);
  const shown = describe(tree);
  return path === undefined ? shown : { ...shown, file: listed(await findRow(tree, path, options)) };
}
