import { contentDigest, createLayerHash } from "@bale/core";
import {
  type BundlePath,
  comparePaths,
  type Digest,
  type EntryKind,
  type FileRow,
  type FileState,
  type Hasher,
  type LayerName,
  type RoleName,
} from "@bale/spec";
import type { Bundle } from "../bundle/bundle.js";

/** What a push changes, against the remote tree. */
export interface TreeChange {
  readonly upserts: ReadonlyMap<BundlePath, FileState>;
  readonly deletes: readonly BundlePath[];
  /** Every layer that a changed or removed path leaves or enters. */
  readonly layersTouched: ReadonlySet<LayerName>;
}
export interface NextLayerFile {
  readonly path: BundlePath;
  readonly kind: EntryKind;
  readonly digest: Digest;
  readonly size: number;
  /** The remote's row, when this file is the same there; its extents are kept. */
  readonly row?: FileRow | undefined;
}
export interface NextLayer {
  readonly name: LayerName;
  /** `undefined`: the layer is carried by digest, unread. */
  readonly files: readonly NextLayerFile[] | undefined;
  /** The remote's rows before the change, for the exactness of packs. */
  readonly before: readonly FileRow[];
  readonly digest: Digest;
  readonly count: number;
  readonly size: number;
}
export interface NextTree {
  readonly layers: ReadonlyMap<LayerName, NextLayer>;
  readonly contentDigest: Digest;
}
export interface NextTreeInput {
  readonly current: Bundle | undefined;
  readonly change: TreeChange;
  /** Layers that `bale.yaml` declares: they count even without files. */
  readonly declared: readonly LayerName[];
  readonly roles: ReadonlyMap<RoleName, readonly LayerName[]>;
  readonly defaultRole: RoleName | undefined;
  readonly hasher: Hasher;
}

/** The remote's rows of every layer in which the change adds, alters or removes something; the others are not read. */
async function touchedLayers(
  input: NextTreeInput,
  signal: AbortSignal | undefined,
): Promise<Map<LayerName, FileRow[]>> {
  const { current, change } = input;
  const touched = new Map<LayerName, FileRow[]>([...change.layersTouched].map((name) => [name, []]));
  for (const state of change.upserts.values()) if (!touched.has(state.layer)) touched.set(state.layer, []);
  if (current)
    for (const { layer, row } of await current.rows(touched.keys(), { signal }))
      touched.get(layer)?.push(row);
  return touched;
}

function nextFiles(
  layer: LayerName,
  before: readonly FileRow[],
  change: TreeChange,
  gone: ReadonlySet<BundlePath>,
): NextLayerFile[] {
  const files: NextLayerFile[] = [];
  for (const row of before)
    if (!gone.has(row.path))
      files.push({ path: row.path, kind: row.kind, digest: row.digest, size: row.size, row });
  for (const [path, state] of change.upserts)
    if (state.layer === layer) files.push({ path, kind: state.kind, digest: state.digest, size: state.size });
  return files.sort((a, b) => comparePaths(a.path, b.path));
}

/** The tree that a push would publish, with its content digest; nothing is packed or sent for it. */
export async function nextTree(
  input: NextTreeInput,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<NextTree> {
  const touched = await touchedLayers(input, options.signal);
  const gone = new Set<BundlePath>([...input.change.deletes, ...input.change.upserts.keys()]);
  const declared = new Set<string>(input.declared);
  const names = new Set<LayerName>([
    ...input.declared,
    ...(input.current?.root.layers.keys() ?? []),
    ...touched.keys(),
  ]);
  const layers = new Map<LayerName, NextLayer>();
  for (const name of [...names].sort(comparePaths)) {
    const before = touched.get(name);
    const carried = input.current?.root.layers.get(name);
    if (!before && carried) {
      if (carried.files === 0 && !declared.has(name)) continue;
      layers.set(name, {
        name,
        files: undefined,
        before: [],
        digest: carried.digest,
        count: carried.files,
        size: carried.size,
      });
      continue;
    }
    const files = nextFiles(name, before ?? [], input.change, gone);
    const hash = createLayerHash(input.hasher);
    for (const file of files) hash.add(file);
    const sum = hash.finish();
    // A declared layer counts without files; `default`, `bale` and one that is no longer declared do not.
    if (sum.files === 0 && !declared.has(name)) continue;
    layers.set(name, {
      name,
      files,
      before: before ?? [],
      digest: sum.digest,
      count: sum.files,
      size: sum.size,
    });
  }
  const sums = new Map(
    [...layers].map(([name, layer]) => [
      name,
      { digest: layer.digest, files: layer.count, size: layer.size },
    ]),
  );
  return {
    layers,
    contentDigest: contentDigest(
      { layers: sums, roles: input.roles, defaultRole: input.defaultRole },
      input.hasher,
    ),
  };
}
