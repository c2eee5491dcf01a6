import {
  type BundlePath,
  comparePaths,
  type Digest,
  type EntryKind,
  type Extent,
  type FileRow,
} from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packExtents } from "./pack-extents.js";
import { layoutPack } from "./pack-layout.js";
import type { IncomingFile, LayerPackInput, PackInput, PackOptions, PackPlan } from "./pack-plan.js";
import { blobRef, CODE, digestOf, file, KiB, MiB } from "./packs.testing.js";
import { planPacks } from "./plan-packs.js";

const OPTIONS: PackOptions = {
  smallerThan: 64 * KiB,
  target: 512 * KiB,
  exact: false,
  compression: "gzip",
  manifestLayers: 100,
  hardManifestLayers: 200,
};

/** What the registry holds after some pushes, and what each tar really contains. */
interface World {
  readonly rows: ReadonlyMap<BundlePath, FileRow>;
  /** Entries of each pack, links and empty files too. */
  readonly packs: ReadonlyMap<Digest, readonly IncomingFile[]>;
  readonly marked: ReadonlySet<Digest>;
}
interface Change {
  readonly path: BundlePath;
  /** `undefined`: the path goes. */
  readonly file: IncomingFile | undefined;
}

const EMPTY: World = { rows: new Map(), packs: new Map(), marked: new Set() };
const path = fc
  .tuple(fc.constantFrom("a", "b", "c/d"), fc.integer({ min: 0, max: 14 }))
  .map(([folder, number]) => `${folder}/${number}` as BundlePath);
const size = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 20 * KiB }) },
  { weight: 2, arbitrary: fc.integer({ min: 64 * KiB, max: 2 * MiB }) },
);
const change: fc.Arbitrary<Change> = fc
  .tuple(
    path,
    size,
    fc.constantFrom("file", "file", "exec", "link", undefined),
    fc.integer({ min: 0, max: 30 }),
  )
  .map(([name, bytes, kind, content]) => ({
    path: name,
    file:
      kind &&
      file(name, bytes, {
        kind: kind as EntryKind,
        content: `${content} ${bytes}`,
        ...(kind === "link" ? { target: "x" } : {}),
      }),
  }));
const pushes = fc.array(fc.tuple(fc.array(change, { minLength: 1, maxLength: 25 }), fc.func(fc.boolean())), {
  minLength: 1,
  maxLength: 7,
});

function inputFor(
  world: World,
  changes: readonly Change[],
  held: (path: BundlePath) => boolean,
): LayerPackInput {
  const wanted = new Map(changes.map(({ path: name, file: to }) => [name, to]));
  const kept: { row: FileRow; held: boolean }[] = [];
  const dropped: FileRow[] = [];
  for (const row of world.rows.values()) {
    const to = wanted.get(row.path);
    const same =
      !wanted.has(row.path) || (to?.digest === row.digest && to.kind === row.kind && to.size === row.size);
    if (same) {
      wanted.delete(row.path);
      kept.push({ row, held: held(row.path) });
    } else dropped.push(row);
  }
  const incoming = [...wanted.values()].filter((to) => to !== undefined);
  return { layer: CODE, kept, dropped, incoming, exactPacks: world.marked };
}

/** What the engine does with a plan, without the bytes. */
function apply(world: World, plan: PackPlan): World {
  const rows = new Map<BundlePath, FileRow>();
  const add = (row: FileRow): void => {
    if (rows.has(row.path)) throw new Error(`two rows for ${row.path}`);
    rows.set(row.path, row);
  };
  const packs = new Map<Digest, readonly IncomingFile[]>();
  const marked = new Set<Digest>();
  for (const { blob, exact } of plan.carriedPacks) {
    packs.set(blob.digest, world.packs.get(blob.digest) ?? []);
    if (exact) marked.add(blob.digest);
  }
  for (const row of plan.rows.get(CODE) ?? []) add(row);
  const rowOf = (
    { path: name, kind, digest, size: bytes }: IncomingFile,
    extents: readonly Extent[],
  ): FileRow => ({ path: name, kind, digest, size: bytes, extents });
  for (const pack of plan.packs) {
    const layout = layoutPack(pack.entries);
    const lengths = layout.map(({ decoded }) => Math.ceil(decoded * 0.7));
    const content = JSON.stringify(pack.entries);
    const blob = blobRef(
      content,
      lengths.reduce((sum, length) => sum + length, 0),
    );
    packs.set(blob.digest, pack.entries);
    marked.add(blob.digest);
    if (pack.holds === "entries") continue;
    const extents = packExtents(layout, lengths, blob);
    for (const entry of pack.entries) add(rowOf(entry, extents.get(entry.path) ?? []));
  }
  for (const { file: first, duplicates } of plan.whole) {
    const blob = { digest: first.digest, size: first.size };
    for (const entry of [first, ...duplicates]) add(rowOf(entry, [{ blob, offset: 0, length: first.size }]));
  }
  return { rows, packs, marked };
}

function isTrulyExact(world: World, digest: Digest): boolean {
  return (world.packs.get(digest) ?? []).every((entry) => {
    const row = world.rows.get(entry.path);
    return row?.digest === entry.digest && row.kind === entry.kind;
  });
}

function shuffled(input: PackInput): PackInput {
  const turn = <Item>(items: readonly Item[]): Item[] => [...items].reverse();
  return {
    ...input,
    layers: input.layers.map((layer) => ({
      ...layer,
      kept: turn(layer.kept),
      dropped: turn(layer.dropped),
      incoming: turn(layer.incoming),
    })),
  };
}

function check(world: World, layer: LayerPackInput, plan: PackPlan, options: PackOptions): World {
  const next = apply(world, plan);
  const wanted = new Map<BundlePath, { digest: Digest; kind: EntryKind; size: number }>([
    ...layer.kept.map(({ row }) => [row.path, row] as const),
    ...layer.incoming.map((entry) => [entry.path, entry] as const),
  ]);
  // No row is lost, none is invented, each says the right thing.
  expect([...next.rows.keys()].sort()).toEqual([...wanted.keys()].sort());
  for (const row of next.rows.values()) {
    expect(row).toMatchObject({ digest: wanted.get(row.path)?.digest, kind: wanted.get(row.path)?.kind });
    const bytes = row.extents.reduce((sum, extent) => sum + (extent.member?.take ?? extent.length), 0);
    expect(bytes).toBe(row.kind === "link" ? 0 : row.size);
  }
  // Kept rows are the same objects, or their file was held and written anew.
  const writtenAnew = new Set(
    plan.packs
      .filter(({ holds }) => holds === "data")
      .flatMap(({ entries }) => entries.map((entry) => entry.path)),
  );
  let again = 0;
  for (const { row, held } of layer.kept) {
    if (next.rows.get(row.path) === row) continue;
    expect(held && writtenAnew.has(row.path)).toBe(true);
    again += row.size;
  }
  const sent = plan.packs
    .filter(({ holds }) => holds === "data")
    .flatMap(({ entries }) => entries)
    .reduce((sum, entry) => sum + entry.size, 0);
  if (!options.exact) expect(plan.rewrittenBytes).toBeLessThanOrEqual(Math.max(64 * MiB, 2 * sent));
  expect(again).toBeLessThanOrEqual(plan.rewrittenBytes);
  const list = plan.rows.get(CODE) ?? [];
  expect([...list].sort((a, b) => comparePaths(a.path, b.path))).toEqual(list);
  // A pack that is called exact is exact, and the tree is what all exact packs and whole files together give.
  for (const digest of next.marked) expect(isTrulyExact(next, digest)).toBe(true);
  if (plan.notExact.length === 0) {
    const inPacks = new Set([...next.packs.values()].flat().map((entry) => entry.path));
    for (const row of next.rows.values()) {
      const whole = row.extents[0]?.blob.digest === row.digest;
      expect(inPacks.has(row.path) || (whole && row.kind === "file")).toBe(true);
    }
  }
  return next;
}

describe("planPacks over a history of pushes", () => {
  it.each([false, true])(
    "loses nothing, changes nothing needlessly and never calls a stale pack exact (exact: %s)",
    (exact) => {
      const options = { ...OPTIONS, exact };
      fc.assert(
        fc.property(pushes, (history) => {
          let world = EMPTY;
          for (const [changes, held] of history) {
            const layer = inputFor(world, changes, exact ? () => true : held);
            const input = { layers: [layer], options, otherBlobs: 2 };
            const plan = planPacks(input);
            expect(planPacks(shuffled(input))).toEqual(plan);
            world = check(world, layer, plan, options);
            // With everything at hand, exact means exact.
            if (exact) expect(plan.notExact).toEqual([]);
          }
        }),
        { numRuns: 120 },
      );
    },
  );

  it("is exact after a fresh push of anything", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const layer = inputFor(EMPTY, changes, () => true);
        const plan = planPacks({ layers: [layer], options: OPTIONS, otherBlobs: 2 });
        expect(plan.notExact).toEqual([]);
        check(EMPTY, layer, plan, OPTIONS);
      }),
    );
  });

  it("keeps within the budget of manifest layers on a fresh push of many layers and files", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 * MiB }), { maxLength: 400 }), (sizes) => {
        const incoming = sizes.map((bytes, index) =>
          file(`f${index}`, bytes, { content: digestOf(`${index}`) }),
        );
        const layer: LayerPackInput = { layer: CODE, kept: [], dropped: [], exactPacks: new Set(), incoming };
        const plan = planPacks({ layers: [layer], options: { ...OPTIONS, target: 64 * MiB }, otherBlobs: 2 });
        expect(plan.whole.length).toBeLessThanOrEqual(64);
        expect(plan.manifestLayers).toBeLessThanOrEqual(100);
      }),
      { numRuns: 60 },
    );
  });
});
