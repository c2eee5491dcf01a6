import { contentDigest, createLayerHash } from "@bale/core";
import {
  type Bundle,
  describedBlobs,
  type NextLayer,
  type NextTree,
  type PushOutcome,
  push,
  type TagMove,
} from "@bale/engine";
import { compileGlob } from "@bale/roles";
import {
  BALE_LAYER,
  BaleError,
  type Digest,
  type FileRow,
  type LayerName,
  type RemoteRepository,
  type RoleName,
} from "@bale/spec";
import { createBlobStore, nodeDeflater, nodeHasher } from "@bale/storage";
import { selectionFor } from "../compare/comparison.js";
import type { RemotePorts, RemoteTree } from "../remote/remote-tree.js";
import { type CopyEnds, copyBlobs } from "./copy.js";
import type { CopyOptions } from "./registry-types.js";

async function selectedLayer(
  bundle: Bundle,
  name: LayerName,
  globs: readonly ((path: string) => boolean)[],
  options: CopyOptions,
): Promise<NextLayer> {
  const summary = bundle.root.layers.get(name);
  if (!summary) throw new BaleError({ code: "INTERNAL", message: `no layer ${name}` });
  if (globs.length === 0 || name === BALE_LAYER)
    return {
      name,
      files: undefined,
      before: [],
      digest: summary.digest,
      count: summary.files,
      size: summary.size,
    };
  const before: FileRow[] = [];
  for (const { row } of await bundle.rows([name], options)) before.push(row);
  const kept = before.filter((row) => globs.some((match) => match(row.path)));
  const hash = createLayerHash(nodeHasher);
  for (const row of kept) hash.add(row);
  const sum = hash.finish();
  return {
    name,
    files: kept.map((row) => ({ path: row.path, kind: row.kind, digest: row.digest, size: row.size, row })),
    before,
    digest: sum.digest,
    count: sum.files,
    size: sum.size,
  };
}

/** Roles all of whose layers are there. */
function keptRoles(
  bundle: Bundle,
  layers: ReadonlyMap<LayerName, NextLayer>,
): Map<RoleName, readonly LayerName[]> {
  return new Map([...bundle.root.roles].filter(([, names]) => names.every((name) => layers.has(name))));
}

function blobsOfLayer(
  bundle: Bundle,
  layer: NextLayer,
): { readonly digest: Digest; readonly size: number }[] {
  if (layer.files === undefined)
    return [...describedBlobs(bundle, layer.name), ...(bundle.root.layers.get(layer.name)?.tables ?? [])];
  return layer.files.flatMap((file) =>
    (file.row?.extents ?? []).flatMap((extent) => (extent.blob.store ? [] : [extent.blob])),
  );
}

/** Some layers or paths of a bundle as a tree of their own. */
interface SelectedTree {
  readonly next: NextTree;
  readonly roles: Map<RoleName, readonly LayerName[]>;
  readonly defaultRole: RoleName | undefined;
}

async function selectTree(tree: RemoteTree, options: CopyOptions): Promise<SelectedTree> {
  const { bundle } = tree;
  if (!bundle.manifest)
    throw new BaleError({
      code: "UNSUPPORTED",
      message: `${tree.state.name} was made by another tool`,
      why: "it has no layers to choose from",
      fix: "take it whole",
    });
  const asked = { roles: options.roles ?? [], layers: options.layers ?? [] };
  const selection = selectionFor(
    bundle,
    undefined,
    asked.roles.length + asked.layers.length > 0 ? asked : { roles: ["all"], layers: [] },
  );
  const globs = (options.paths ?? []).map(compileGlob);
  const layers = new Map<LayerName, NextLayer>();
  for (const name of bundle.root.layers.keys())
    if (selection.kind === "all" || selection.layers.has(name) || name === BALE_LAYER)
      layers.set(name, await selectedLayer(bundle, name, globs, options));
  const roles = keptRoles(bundle, layers);
  const defaultRole =
    bundle.root.defaultRole && roles.has(bundle.root.defaultRole) ? bundle.root.defaultRole : undefined;
  const sums = new Map(
    [...layers].map(([name, layer]) => [
      name,
      { digest: layer.digest, files: layer.count, size: layer.size },
    ]),
  );
  const digest = contentDigest({ layers: sums, roles, defaultRole }, nodeHasher);
  return { next: { layers, contentDigest: digest }, roles, defaultRole };
}

async function publishSelection(
  { bundle }: RemoteTree,
  { next, roles, defaultRole }: SelectedTree,
  remote: RemoteRepository,
  moves: readonly TagMove[],
  ports: RemotePorts,
  options: CopyOptions,
): Promise<PushOutcome> {
  const own = createBlobStore(remote.blobs, { hasher: nodeHasher });
  const refuse = (): never => {
    throw new BaleError({ code: "INTERNAL", message: "a copy reads no working tree" });
  };
  return push(
    {
      current: bundle,
      next,
      roles,
      defaultRole,
      held: () => false,
      storeFor: () => undefined,
      stores: bundle.root.stores,
      pack: { smallerThan: 0, target: 1, compression: "gzip", exact: false },
      envelope: bundle.manifest?.envelope ?? "native",
      artifactType: undefined,
      annotations: {},
      parent: "none",
      tags: moves,
    },
    {
      remote,
      tree: { open: refuse, read: refuse, linkTarget: refuse },
      staging: ports.staging,
      hasher: nodeHasher,
      deflater: nodeDeflater,
      openStore: async () => own,
    },
    options,
  );
}

/**
 * Index and manifest of some layers or paths of a bundle, put into a place of their own; the blobs of their files are where they were.
 * @throws BaleError `UNSUPPORTED`, `ROLE_UNKNOWN`, `LAYER_UNKNOWN`
 */
export async function indexSelection(
  tree: RemoteTree,
  remote: RemoteRepository,
  moves: readonly TagMove[],
  ports: RemotePorts,
  options: CopyOptions,
): Promise<PushOutcome> {
  return publishSelection(tree, await selectTree(tree, options), remote, moves, ports, options);
}

/** A bundle of some layers or paths of another one: its blobs as they are, with an index and a manifest of its own. */
export async function copySelection(
  tree: RemoteTree,
  ends: CopyEnds,
  moves: readonly TagMove[],
  ports: RemotePorts,
  options: CopyOptions,
): Promise<PushOutcome | undefined> {
  const selected = await selectTree(tree, options);
  if (options.dryRun) return undefined;
  const uploads = await copyBlobs(
    [...selected.next.layers.values()].flatMap((layer) => blobsOfLayer(tree.bundle, layer)),
    ends,
    options,
  );
  const outcome = await publishSelection(tree, selected, ends.target.repository, moves, ports, options);
  return {
    ...outcome,
    sentBlobs: outcome.sentBlobs + uploads.sentBlobs,
    sentBytes: outcome.sentBytes + uploads.sentBytes,
    reusedBlobs: outcome.reusedBlobs + uploads.reusedBlobs,
    mountedBlobs: uploads.mountedBlobs,
  };
}
