import { storageRule } from "@bale/core";
import type { Bundle, NextLayer, NextLayerFile, UploadJob } from "@bale/engine";
import { compileGlob } from "@bale/roles";
import {
  BALE_LAYER,
  BaleError,
  type BlobRef,
  type FileRow,
  type LayerName,
  parseStoreName,
  type StoreDescription,
  type StoreName,
} from "@bale/spec";
import type { BlobStore } from "@bale/storage";
import type { Project } from "@bale/workspace";
import { selectionFor } from "../compare/comparison.js";
import type { RemoteTree } from "../remote/remote-tree.js";
import { REGISTRY } from "./list-stores.js";
import type { MigratedBlobs, MigrateOptions } from "./storage-types.js";

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
export interface MovePlan {
  readonly layers: readonly LayerMoves[];
  readonly mixed: number;
  /** Stores that rows lead to afterwards; `undefined` where not all layers were read. */
  readonly uses: ReadonlySet<StoreName> | undefined;
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

/** What would have to move, layer by layer. @throws BaleError `CONFIG_INVALID`, `LAYER_UNKNOWN` */
export async function planMoves(
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
  const uses = new Set<StoreName>();
  let mixed = 0;
  for (const layer of bundle.root.layers.keys()) {
    if (selection.kind === "some" && !selection.layers.has(layer)) continue;
    const rows: FileRow[] = [];
    for (const { row } of await bundle.rows([layer], options)) rows.push(row);
    const found = movesOf(layer, rows, choose, (row) => wantedPlace(row, to, project), from);
    mixed += found.mixed;
    if (found.moves.size > 0) layers.push({ layer, rows, moves: found.moves });
    for (const { extents } of rows)
      for (const { blob } of extents) {
        const move = found.moves.get(keyOf(blob));
        const store = move ? move.to : blob.store;
        if (store !== undefined) uses.add(store);
      }
  }
  return { layers, mixed, uses: selection.kind === "all" ? uses : undefined };
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
export function nextLayers(bundle: Bundle, plan: MovePlan): ReadonlyMap<LayerName, NextLayer> {
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

export function summedMoves(plan: MovePlan): readonly MigratedBlobs[] {
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

/** A blob from one store to another, checked on the way. */
export function readingJob({ digest, size }: BlobRef, from: BlobStore, to: BlobStore): UploadJob {
  const blob = { digest, size };
  return {
    blob,
    store: to,
    source: {
      size,
      open: (open) => from.get(blob, { signal: open?.signal, ...(open?.range ? { range: open.range } : {}) }),
    },
    label: digest,
    mayExist: true,
  };
}

/** One job a blob and target, each read where it lies and checked on the way. */
export async function moveJobs(
  plan: MovePlan,
  tree: RemoteTree,
  openTarget: (place: Place) => Promise<BlobStore>,
): Promise<UploadJob[]> {
  const jobs = new Map<string, UploadJob>();
  for (const { moves } of plan.layers)
    for (const { blob, to } of moves.values()) {
      const key = `${to ?? ""} ${blob.digest}`;
      if (jobs.has(key)) continue;
      jobs.set(key, readingJob(blob, await tree.storeOf(blob), await openTarget(to)));
    }
  return [...jobs.values()];
}
