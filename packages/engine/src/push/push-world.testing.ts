import { parseManifest } from "@bale/core";
import {
  type BlobDriver,
  type BundlePath,
  type ByteStream,
  type Digest,
  type EntryKind,
  type FileState,
  type LayerName,
  parseLayerName,
  parseTag,
  type RoleName,
  type StoreDescription,
  type StoreName,
} from "@bale/spec";
import { type BlobStore, createBlobStore, memoryDriver, nodeDeflater, nodeHasher } from "@bale/storage";
import { type Bundle, type LayeredRow, loadManifest, openBundle } from "../bundle/bundle.js";
import { bundlePorts, collectingSink, type TestStaging } from "../engine-ports.testing.js";
import { fetchFiles } from "../fetch/fetch-files.js";
import { type MemoryRemote, memoryRemote } from "../memory-remote.testing.js";
import type { TreeSource } from "../ports.js";
import { type NextTree, nextTree, type TreeChange } from "./next-tree.js";
import { type PushOptions, push } from "./push.js";
import type { PushOutcome, PushPorts, PushRequest } from "./push-request.js";

/** A tracked file of a workspace; the bytes of a link are its target. */
export interface ModelFile {
  readonly kind: EntryKind;
  readonly bytes: Uint8Array;
  readonly layer: LayerName;
}
export type Model = ReadonlyMap<BundlePath, ModelFile>;

export const LAYERS: readonly LayerName[] = ["code", "data", "docs"].map(parseLayerName);
export const ROLES: ReadonlyMap<RoleName, readonly LayerName[]> = new Map([
  ["runtime" as RoleName, [parseLayerName("code"), parseLayerName("data")]],
]);
export const TAG: ReturnType<typeof parseTag> = parseTag("v1");
export const COLD = "cold" as StoreName;
export const COLD_PLACE: StoreDescription = { type: "shelf", place: "cellar" };

export function stateOfFile({ kind, bytes, layer }: ModelFile): FileState {
  return { kind, layer, size: bytes.length, digest: nodeHasher.digest(bytes) };
}
export function sameFile(a: ModelFile | undefined, b: ModelFile | undefined): boolean {
  if (!a || !b) return a === b;
  return a.kind === b.kind && a.layer === b.layer && Buffer.compare(a.bytes, b.bytes) === 0;
}

/** What a planner would say: paths that differ, and every layer that they leave or enter. */
export function changeBetween(before: Model, after: Model): TreeChange {
  const upserts = new Map<BundlePath, FileState>();
  const deletes: BundlePath[] = [];
  const layersTouched = new Set<LayerName>();
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(path), after.get(path)];
    if (sameFile(was, is)) continue;
    if (was) layersTouched.add(was.layer);
    if (is) {
      layersTouched.add(is.layer);
      upserts.set(path, stateOfFile(is));
    } else deletes.push(path);
  }
  return { upserts, deletes, layersTouched };
}

/** The working tree of somebody who holds these paths only: reading any other is a defect. */
export function treeOf(model: Model, held: (path: BundlePath) => boolean = () => true): TreeSource {
  const fileAt = (path: BundlePath): ModelFile => {
    const file = model.get(path);
    if (file && held(path)) return file;
    throw new Error(`${path} was read, and is not held`);
  };
  return {
    open: async function* (path, range): ByteStream {
      const { bytes } = fileAt(path);
      const end = range ? range.offset + range.length : bytes.length;
      for (let at = range?.offset ?? 0; at < end; at += 7000)
        yield bytes.subarray(at, Math.min(at + 7000, end));
    },
    read: async (path) => fileAt(path).bytes,
    linkTarget: async (path) => new TextDecoder().decode(fileAt(path).bytes),
  };
}

export interface World {
  readonly remote: MemoryRemote;
  /** What the external store holds. */
  readonly cold: BlobDriver;
  readonly staging: TestStaging;
  readonly openStore: (name: StoreName | undefined) => Promise<BlobStore>;
}
export function makeWorld(staging: TestStaging, remote: MemoryRemote = memoryRemote()): World {
  const cold = memoryDriver();
  const stores = new Map<StoreName | undefined, BlobStore>([
    [undefined, createBlobStore(remote.blobs, { hasher: nodeHasher })],
    [COLD, createBlobStore(cold, { hasher: nodeHasher, name: COLD })],
  ]);
  return { remote, cold, staging, openStore: async (name) => stores.get(name) as BlobStore };
}

/** The bundle at the tag, with nothing in any cache. */
export async function openTag({ remote }: Pick<World, "remote">): Promise<Bundle | undefined> {
  const digest = remote.content.tags.get(TAG);
  return digest && openDigest(remote, digest);
}
/** What is at the tag, where a test has put it there. */
export async function bundleAtTag(world: World): Promise<Bundle> {
  const bundle = await openTag(world);
  if (!bundle) throw new Error("no bundle at the tag");
  return bundle;
}
export async function openDigest(remote: MemoryRemote, digest: Digest): Promise<Bundle> {
  const ports = bundlePorts();
  const raw = await loadManifest(remote, digest, ports.cache);
  const manifest = parseManifest(raw);
  if (manifest.kind !== "bundle") throw new Error(`no bundle: ${manifest.kind}`);
  return openBundle(remote, raw, manifest, ports);
}

/** Every file of a bundle, read as a pull reads it. */
export async function readTree(
  world: Pick<World, "openStore">,
  bundle: Bundle,
): Promise<Map<BundlePath, ModelFile>> {
  const layered: readonly LayeredRow[] = [...(await bundle.rows())];
  const sink = collectingSink();
  await fetchFiles(
    layered.map(({ row }) => row),
    { sink, storeOf: ({ store }) => world.openStore(store) },
  );
  return new Map(
    layered.map(({ layer, row }) => [
      row.path,
      { kind: row.kind, layer, bytes: sink.files.get(row.path)?.bytes as Uint8Array },
    ]),
  );
}

export type RequestChanges = Partial<Omit<PushRequest, "current" | "next">> & {
  /** Further layers whose tables are written anew. */
  readonly rewritten?: readonly LayerName[];
};
export interface Pushed extends PushOutcome {
  readonly next: NextTree;
}

export function pushPorts(world: World, tree: TreeSource): PushPorts {
  const { remote, staging, openStore } = world;
  return { remote, staging, openStore, tree, hasher: nodeHasher, deflater: nodeDeflater };
}

/** Pushes what differs between two trees, upon the bundle at the tag. */
export async function pushChange(
  world: World,
  trees: { readonly before: Model; readonly after: Model },
  { rewritten = [], ...changes }: RequestChanges = {},
  options: PushOptions = {},
): Promise<Pushed> {
  const current = await openTag(world);
  const change = changeBetween(trees.before, trees.after);
  const { roles = ROLES, defaultRole } = changes;
  const next = await nextTree({
    current,
    change: { ...change, layersTouched: new Set([...change.layersTouched, ...rewritten]) },
    declared: LAYERS,
    roles,
    defaultRole,
    hasher: nodeHasher,
  });
  const held = (path: BundlePath): boolean => change.upserts.has(path) || (changes.held?.(path) ?? true);
  const request: PushRequest = {
    current,
    next,
    roles,
    defaultRole,
    storeFor: () => undefined,
    stores: new Map([[COLD, COLD_PLACE]]),
    pack: { smallerThan: 2000, target: 6000, compression: "gzip", exact: false },
    envelope: "native",
    artifactType: undefined,
    annotations: {},
    parent: current?.raw.digest ?? "none",
    tags: [{ tag: TAG, expect: current?.raw.digest ?? "absent" }],
    ...changes,
    held,
  };
  const outcome = await push(request, pushPorts(world, treeOf(trees.after, held)), options);
  return { ...outcome, next };
}
