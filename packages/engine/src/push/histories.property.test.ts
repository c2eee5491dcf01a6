import {
  ANNOTATIONS,
  BaleError,
  type BundlePath,
  type Digest,
  type LayerName,
  MEDIA_TYPES,
  parseBundlePath,
  type StoreName,
} from "@bale/spec";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bundle, LayeredRow } from "../bundle/bundle.js";
import { type TestStaging, testStaging } from "../engine-ports.testing.js";
import { noise, text } from "../noise.testing.js";
import { inexactLayers } from "./manifest-blobs.js";
import { viewOfOtherTools } from "./other-tools.testing.js";
import {
  COLD,
  LAYERS,
  type Model,
  type ModelFile,
  makeWorld,
  openTag,
  type Pushed,
  pushChange,
  readTree,
  TAG,
  type World,
} from "./push-world.testing.js";

let staging: TestStaging;
beforeAll(async () => {
  staging = await testStaging();
});
afterAll(() => staging[Symbol.asyncDispose]());

const names = ["a", "b.txt", "c c", "dé", "e".repeat(120)];
const folders = ["", "x/", "x/y/", "models/very/deep/in/here/", `${"long".repeat(20)}/${"er".repeat(30)}/`];
const PATHS: readonly BundlePath[] = folders.flatMap((folder) =>
  names.map((name) => parseBundlePath(`${folder}${name}-file`)),
);

const path = fc.constantFrom(...PATHS);
const layer = fc.constantFrom(...LAYERS);
// Sizes on both sides of what is packed, small contents that come again, and now and then data of its own members.
const content = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ length: fc.nat({ max: 3000 }), seed: fc.nat({ max: 3 }), isText: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      length: fc.constantFrom(0, 1, 100, 1999, 2000),
      seed: fc.nat({ max: 2 }),
      isText: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ length: fc.constant(140_000), seed: fc.nat({ max: 2 }), isText: fc.boolean() }),
  },
);
type Content = typeof content extends fc.Arbitrary<infer Value> ? Value : never;
function bytesOf({ length, seed, isText }: Content): Uint8Array {
  return isText ? text(length, seed) : noise(length, seed);
}

const edit = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ op: fc.constant("write" as const), path, layer, content, isExec: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("delete" as const), path }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("rename" as const), path, to: path }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("copy" as const), path, to: path, layer }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("chmod" as const), path }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("link" as const),
      path,
      layer,
      target: fc.constantFrom("t", "u/v", "ü"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("move" as const), path, layer }) },
);
type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;

/** A tree after one edit by somebody who holds only some layers; edits of what is not held, or not there, change nothing. */
function edited(model: Model, change: Edit, heldLayers: ReadonlySet<LayerName>): Model {
  const next = new Map(model);
  const there = model.get(change.path);
  if (there && !heldLayers.has(there.layer)) return model;
  const put = (at: BundlePath, file: ModelFile): void => {
    const taken = model.get(at);
    if (!taken || heldLayers.has(taken.layer)) next.set(at, file);
  };
  switch (change.op) {
    case "write": {
      const { isExec } = change;
      put(change.path, {
        kind: isExec ? "exec" : "file",
        bytes: bytesOf(change.content),
        layer: change.layer,
      });
      break;
    }
    case "link":
      put(change.path, { kind: "link", bytes: new TextEncoder().encode(change.target), layer: change.layer });
      break;
    case "delete":
      next.delete(change.path);
      break;
    case "rename":
    case "copy":
      if (!there || change.to === change.path) return model;
      if (change.op === "rename") next.delete(change.path);
      put(change.to, change.op === "copy" ? { ...there, layer: change.layer } : there);
      break;
    case "chmod":
      if (there && there.kind !== "link")
        put(change.path, { ...there, kind: there.kind === "exec" ? "file" : "exec" });
      break;
    case "move":
      if (there) put(change.path, { ...there, layer: change.layer });
      break;
  }
  return next;
}

const someLayers = fc.subarray([...LAYERS], { minLength: 1 });
const pushes = fc.array(
  fc.record({
    edits: fc.array(edit, { minLength: 1, maxLength: 8 }),
    held: fc.oneof({ weight: 2, arbitrary: fc.constant([...LAYERS]) }, { weight: 1, arbitrary: someLayers }),
    compression: fc.oneof(
      { weight: 3, arbitrary: fc.constant("gzip" as const) },
      { weight: 1, arbitrary: fc.constant("none" as const) },
    ),
    exact: fc.oneof(
      { weight: 3, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
  }),
  { minLength: 1, maxLength: 6 },
);
type Step = typeof pushes extends fc.Arbitrary<readonly (infer Value)[]> ? Value : never;

function expectSameTree(actual: Model, expected: Model): void {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [at, file] of expected) {
    const found = actual.get(at);
    expect([at, found?.kind, found?.layer]).toEqual([at, file.kind, file.layer]);
    expect(Buffer.compare(found?.bytes as Uint8Array, file.bytes), at).toBe(0);
  }
}

/** Registries remove blobs that no manifest names, so each blob of the repository that a row needs is a manifest layer. */
function expectBlobsNamed(bundle: Bundle, rows: readonly LayeredRow[]): void {
  for (const { row, layer: owner } of rows)
    for (const { blob } of row.extents) {
      if (blob.store !== undefined) continue;
      const named = bundle.manifest?.layers.filter(({ digest }) => digest === blob.digest) ?? [];
      expect(named[0]?.size, row.path).toBe(blob.size);
      expect(named.map(({ annotations }) => annotations?.[ANNOTATIONS.layer])).toContain(owner);
    }
}

/** A pack that once was stale stays unmarked, also when an undone change makes all its entries live again: nobody reads it to find out. */
function everStale(bundle: Bundle, stale: Set<Digest>): boolean {
  const packs = bundle.manifest?.layers.filter(
    ({ mediaType }) => mediaType === MEDIA_TYPES.pack || mediaType === MEDIA_TYPES.tar,
  );
  const known = packs?.some(({ digest }) => stale.has(digest)) ?? false;
  for (const { digest, annotations } of packs ?? [])
    if (!annotations?.[ANNOTATIONS.unpack]) stale.add(digest);
  return known;
}

interface Trial {
  readonly world: World;
  readonly before: Model;
  readonly after: Model;
  readonly step: Step;
  readonly storeFor: (at: BundlePath, size: number) => StoreName | undefined;
}
/** A push as somebody makes it who holds some layers; `undefined` when it is refused because it cannot be exact. */
async function attempt({ world, before, after, step, storeFor }: Trial): Promise<Pushed | undefined> {
  const heldLayers = new Set(step.held);
  const current = await openTag(world);
  try {
    return await pushChange(
      world,
      { before, after },
      {
        held: (at) => heldLayers.has(before.get(at)?.layer as LayerName),
        storeFor,
        pack: { smallerThan: 2000, target: 6000, compression: step.compression, exact: step.exact },
        rewritten: step.exact && current ? inexactLayers(current) : [],
      },
    );
  } catch (error) {
    if (!step.exact || !BaleError.is(error, "REGISTRY_LIMIT")) throw error;
    expect(world.remote.content.tags.get(TAG)).toBe(current?.raw.digest);
    return undefined;
  }
}

function isExternal(model: Model, storeFor: Trial["storeFor"]): boolean {
  return [...model].some(
    ([at, { kind, bytes }]) => kind !== "link" && bytes.length > 0 && storeFor(at, bytes.length),
  );
}

async function runHistory(history: readonly Step[], storeFor: Trial["storeFor"]): Promise<void> {
  const world = makeWorld(staging);
  const stale = new Set<Digest>();
  let model: Model = new Map();
  let mayBeExternal = false;
  for (const step of history) {
    let after = model;
    for (const change of step.edits) after = edited(after, change, new Set(step.held));
    mayBeExternal ||= isExternal(after, storeFor);
    const outcome = await attempt({ world, before: model, after, step, storeFor });
    expect(staging.open()).toBe(0);
    if (!outcome) {
      // Only what is not here, or lies elsewhere, keeps a push from being exact.
      expect(mayBeExternal || step.held.length < LAYERS.length).toBe(true);
      continue;
    }
    model = after;
    const bundle = await openTag(world);
    if (!bundle) throw new Error("nothing was published");
    expect(bundle.root.contentDigest).toBe(outcome.contentDigest);
    expectSameTree(await readTree(world, bundle), model);
    expectBlobsNamed(bundle, [...(await bundle.rows())]);
    expect(bundle.manifest?.exact).toBe(outcome.exact);
    const wasStale = everStale(bundle, stale);
    const view = await viewOfOtherTools(world.remote, bundle, model);
    if (outcome.exact) expect(view).toEqual({ packsAreLive: true, givesTree: true, annotated: true });
    // A plain tar is never marked, since oras would take it for gzip.
    else if (!mayBeExternal && step.compression !== "none")
      expect(view.packsAreLive && view.givesTree && !wasStale).toBe(false);
    if (step.exact) expect(outcome.exact).toBe(true);
  }
  const fresh = makeWorld(staging);
  const once = await pushChange(fresh, { before: new Map(), after: model }, { storeFor });
  const bundle = await openTag(fresh);
  if (bundle) expectSameTree(await readTree(fresh, bundle), model);
  expect(once.exact).toBe(!isExternal(model, storeFor));
  if (world.remote.content.tags.has(TAG))
    expect((await openTag(world))?.root.contentDigest).toBe(once.contentDigest);
}

describe("any history of pushes gives the files and the content digest of one fresh push", () => {
  it("to one repository", async () => {
    await fc.assert(
      fc.asyncProperty(pushes, (history) => runHistory(history, () => undefined)),
      { numRuns: 25 },
    );
  }, 60_000);

  it("with an external store", async () => {
    const storeFor = (at: BundlePath, size: number) =>
      size > 1500 || at.startsWith("x/y/") ? COLD : undefined;
    await fc.assert(
      fc.asyncProperty(pushes, (history) => runHistory(history, storeFor)),
      { numRuns: 20 },
    );
  }, 60_000);
});
