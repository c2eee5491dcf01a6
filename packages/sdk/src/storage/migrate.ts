import { storageRule, userAnnotations } from "@bale/core";
import {
  type Bundle,
  createTaskLog,
  type NextLayer,
  type NextLayerFile,
  push,
  type UploadJob,
  uploadBlobs,
} from "@bale/engine";
import { compileGlob } from "@bale/roles";
import {
  BALE_LAYER,
  BaleError,
  type BlobRef,
  type Digest,
  type FileRow,
  type LayerName,
  parseMediaType,
  parseStoreName,
  type StoreDescription,
  type StoreName,
} from "@bale/spec";
import { type BlobStore, nodeDeflater, nodeHasher } from "@bale/storage";
import type { Project, Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { upstreamOf } from "../client/upstream.js";
import { workspaceCache, workspaceStaging } from "../client/workspace-ports.js";
import { selectionFor } from "../compare/comparison.js";
import { storeOpener } from "../push/store-opener.js";
import { lookUp, openTree, type RemoteTree, requireDigest } from "../remote/remote-tree.js";
import { REGISTRY } from "./list-stores.js";
import type { MigratedBlobs, MigrateOptions, MigrateResult } from "./storage-types.js";

type Place = StoreName | undefined;

interface Move {
  readonly blob: BlobRef;
  readonly to: Place;
}
interface LayerMoves {
  readonly layer: LayerName;
  readonly rows: readonly FileRow[];
  readonly moves: ReadonlyMap<string, Move>;
}
interface MovePlan {
  readonly layers: readonly LayerMoves[];
  readonly mixed: number;
}

const keyOf = (blob: BlobRef): string => `${blob.store ?? ""} ${blob.digest}`;

function placeNamed(
  name: string | undefined,
  known: ReadonlyMap<StoreName, StoreDescription>,
): { readonly place: Place } | undefined {
  if (name === undefined) return undefined;
  if (name === REGISTRY) return { place: undefined };
  const store = parseStoreName(name);
  if (known.has(store)) return { place: store };
  throw new BaleError({
    code: "CONFIG_INVALID",
    message: `there is no store "${name}"`,
    why: `known here: ${[REGISTRY, ...known.keys()].join(", ")}`,
    fix: "declare it under storage.stores in bale.yaml",
    context: { store: name },
  });
}

/** Where a file's blob should be: as asked for, else as the rules of `bale.yaml` say. */
function wantedPlace(
  row: FileRow,
  to: { readonly place: Place } | undefined,
  project: Project | undefined,
): Place {
  return to ? to.place : storageRule(project?.storage.compiled() ?? [], row.path, row.size);
}

/**
 * Which blobs of one layer move. A blob moves when all files in it are chosen and want the same place: a pack is never split, since its bytes
 * would have to be written anew.
 */
function movesOf(
  layer: LayerName,
  rows: readonly FileRow[],
  choose: (row: FileRow) => boolean,
  target: (row: FileRow) => Place,
  from: { readonly place: Place } | undefined,
): { readonly moves: ReadonlyMap<string, Move>; readonly mixed: number } {
  const wanted = new Map<
    string,
    { readonly blob: BlobRef; readonly places: Set<Place>; chosen: number; all: number }
  >();
  for (const row of rows)
    for (const { blob } of row.extents) {
      const entry = wanted.get(keyOf(blob)) ?? { blob, places: new Set<Place>(), chosen: 0, all: 0 };
      wanted.set(keyOf(blob), entry);
      entry.all++;
      if (!choose(row)) continue;
      entry.chosen++;
      entry.places.add(target(row));
    }
  const moves = new Map<string, Move>();
  let mixed = 0;
  if (layer === BALE_LAYER) return { moves, mixed };
  for (const [key, { blob, places, chosen, all }] of wanted) {
    if (chosen === 0 || (from && blob.store !== from.place)) continue;
    const [to] = places;
    if (places.size > 1 || chosen < all) mixed += [...places].some((place) => place !== blob.store) ? 1 : 0;
    else if (to !== blob.store) moves.set(key, { blob, to });
  }
  return { moves, mixed };
}

async function planMoves(
  tree: RemoteTree,
  project: Project | undefined,
  known: ReadonlyMap<StoreName, StoreDescription>,
  options: MigrateOptions,
): Promise<MovePlan> {
  const { bundle } = tree;
  const asked = { roles: [], layers: options.layers ?? [] };
  const selection = selectionFor(
    bundle,
    undefined,
    asked.layers.length > 0 ? asked : { roles: ["all"], layers: [] },
  );
  const [to, from] = [placeNamed(options.to, known), placeNamed(options.from, known)];
  const globs = (options.paths ?? []).map(compileGlob);
  const choose = (row: FileRow): boolean => globs.length === 0 || globs.some((match) => match(row.path));
  const layers: LayerMoves[] = [];
  let mixed = 0;
  for (const layer of bundle.root.layers.keys()) {
    if (selection.kind === "some" && !selection.layers.has(layer)) continue;
    const rows: FileRow[] = [];
    for (const { row } of await bundle.rows([layer], options)) rows.push(row);
    const found = movesOf(layer, rows, choose, (row) => wantedPlace(row, to, project), from);
    mixed += found.mixed;
    if (found.moves.size > 0) layers.push({ layer, rows, moves: found.moves });
  }
  return { layers, mixed };
}

function movedRow(row: FileRow, moves: ReadonlyMap<string, Move>): FileRow {
  if (!row.extents.some(({ blob }) => moves.has(keyOf(blob)))) return row;
  return {
    ...row,
    extents: row.extents.map((extent) => {
      const move = moves.get(keyOf(extent.blob));
      if (!move) return extent;
      const { digest, size } = extent.blob;
      return { ...extent, blob: { digest, size, ...(move.to === undefined ? {} : { store: move.to }) } };
    }),
  };
}

/** The tree as it is, with the moved rows in place of those that were read. No digest of a layer changes: identity knows no stores. */
function nextLayers(bundle: Bundle, plan: MovePlan): ReadonlyMap<LayerName, NextLayer> {
  const moved = new Map(plan.layers.map((each) => [each.layer, each]));
  const layers = new Map<LayerName, NextLayer>();
  for (const [name, { digest, files, size }] of bundle.root.layers) {
    const change = moved.get(name);
    const rows = change?.rows.map((row) => movedRow(row, change.moves));
    layers.set(name, {
      name,
      files: rows?.map(
        (row): NextLayerFile => ({ path: row.path, kind: row.kind, digest: row.digest, size: row.size, row }),
      ),
      before: change?.rows ?? [],
      digest,
      count: files,
      size,
    });
  }
  return layers;
}

function summed(plan: MovePlan): readonly MigratedBlobs[] {
  const sums = new Map<string, { from: string; to: string; blobs: number; bytes: number }>();
  const counted = new Set<string>();
  for (const { moves } of plan.layers)
    for (const { blob, to } of moves.values()) {
      const [source, target] = [blob.store ?? REGISTRY, to ?? REGISTRY];
      if (counted.has(`${source} ${target} ${blob.digest}`)) continue;
      counted.add(`${source} ${target} ${blob.digest}`);
      const sum = sums.get(`${source} ${target}`) ?? { from: source, to: target, blobs: 0, bytes: 0 };
      sums.set(`${source} ${target}`, sum);
      sum.blobs++;
      sum.bytes += blob.size;
    }
  return [...sums.values()];
}

/** One job a blob and target, each read where it lies and checked on the way. */
async function moveJobs(
  plan: MovePlan,
  tree: RemoteTree,
  openTarget: (place: Place) => Promise<BlobStore>,
): Promise<UploadJob[]> {
  const jobs = new Map<string, UploadJob>();
  for (const { moves } of plan.layers)
    for (const { blob, to } of moves.values()) {
      const key = `${to ?? ""} ${blob.digest}`;
      if (jobs.has(key)) continue;
      const from = await tree.storeOf(blob);
      jobs.set(key, {
        blob: { digest: blob.digest, size: blob.size },
        store: await openTarget(to),
        source: {
          size: blob.size,
          open: (open) =>
            from.get(blob, { signal: open?.signal, ...(open?.range ? { range: open.range } : {}) }),
        },
        label: blob.digest,
        mayExist: true,
      });
    }
  return [...jobs.values()];
}

function refuseForeign(tree: RemoteTree): asserts tree is RemoteTree & {
  readonly bundle: Bundle & { readonly manifest: NonNullable<Bundle["manifest"]> };
} {
  if (tree.bundle.manifest) return;
  throw new BaleError({
    code: "UNSUPPORTED",
    message: `${tree.state.name} was made by another tool`,
    why: "it has no index that could lead to a store",
    fix: "pull it, and push it as a bundle",
  });
}

const refuseReading = (): never => {
  throw new BaleError({ code: "INTERNAL", message: "a migration reads no working tree" });
};

/**
 * `bale storage migrate`: copies blobs to another store, and writes an index and a manifest that lead there. Content digest, layers and packs
 * stay as they are; what lies in the old place stays for older versions, until garbage collection.
 * @throws BaleError `NOT_FOUND`, `CONFIG_INVALID`, `STORE_UNTRUSTED`, `TAG_MOVED`, `EXTERNAL_MISSING`, `DIGEST_MISMATCH`
 */
export async function migrateStorage(
  context: ClientContext,
  workspace: Workspace,
  options: MigrateOptions = {},
): Promise<MigrateResult> {
  const ports = { cache: workspaceCache(workspace.root), staging: workspaceStaging(workspace.root) };
  const found = requireDigest(
    await lookUp(context, upstreamOf(context, workspace, options.reference), options),
  );
  const tree = await openTree(context, found, ports, options);
  refuseForeign(tree);
  const { bundle } = tree;
  const { project } = workspace;
  const stores = new Map([...(project?.storage.stores ?? []), ...bundle.root.stores]);
  const plan = await planMoves(tree, project, stores, options);
  const result = {
    reference: found.name,
    manifest: found.digest,
    previous: found.digest,
    contentDigest: bundle.root.contentDigest,
    moves: summed(plan),
    sentBytes: 0,
    mixedPacks: plan.mixed,
  };
  if (plan.layers.length === 0) return { ...result, outcome: "nothing-to-do" };
  if (options.dryRun) return { ...result, outcome: "dry-run" };
  if (!found.tag)
    throw new BaleError({
      code: "USAGE",
      message: "a digest cannot be migrated",
      why: "a new manifest takes the place of the old one, which needs a tag",
      fix: "name a tag",
    });
  const openTarget = storeOpener(context, found.repository, [stores]);
  const sent = await uploadBlobs(await moveJobs(plan, tree, openTarget), createTaskLog(options.onProgress), {
    signal: options.signal,
    concurrency: options.concurrency ?? context.options.concurrency,
  });
  const outcome = await push(
    {
      current: bundle,
      next: { layers: nextLayers(bundle, plan), contentDigest: bundle.root.contentDigest },
      roles: bundle.root.roles,
      defaultRole: bundle.root.defaultRole,
      held: () => false,
      storeFor: () => undefined,
      stores,
      pack: { smallerThan: 0, target: 1, compression: "gzip", exact: false },
      envelope: bundle.manifest.envelope,
      artifactType:
        bundle.manifest.artifactType === undefined ? undefined : parseMediaType(bundle.manifest.artifactType),
      annotations: userAnnotations(bundle.manifest.annotations),
      parent: found.digest,
      tags: [{ tag: found.tag, expect: found.digest }],
    },
    {
      remote: found.repository,
      tree: { open: refuseReading, read: refuseReading, linkTarget: refuseReading },
      staging: ports.staging,
      hasher: nodeHasher,
      deflater: nodeDeflater,
      openStore: openTarget,
    },
    options,
  );
  for (const [digest, bytes] of outcome.indexObjects) await ports.cache.put(digest, bytes);
  await followBase(workspace, found.name, found.digest, outcome.manifest.digest);
  return {
    ...result,
    outcome: "migrated",
    manifest: outcome.manifest.digest,
    sentBytes: sent.sentBytes + outcome.sentBytes,
  };
}

/** A workspace whose base was the manifest that is replaced stays where it is: the content is the same. */
async function followBase(workspace: Workspace, name: string, from: Digest, to: Digest): Promise<void> {
  const { state } = workspace;
  if (state.upstream !== name || state.base?.manifest !== from) return;
  workspace.replaceState({ ...state, base: { ...state.base, manifest: to } });
  await workspace.save();
}
