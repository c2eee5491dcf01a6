import type { BundlePath, Digest, FileRow, StoreName } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { packExtents } from "./pack-extents.js";
import { layoutPack } from "./pack-layout.js";
import type { LayerPackInput, PackInput, PackOptions, PackPlan } from "./pack-plan.js";
import {
  blobRef,
  CODE,
  file,
  held,
  KiB,
  layerInput,
  MiB,
  OPTIONS,
  packedRows,
  row,
  wholeRow,
} from "./packs.testing.js";
import { planPacks } from "./plan-packs.js";

function plan(layer: Partial<LayerPackInput>, options: Partial<PackOptions> = {}, otherBlobs = 2): PackPlan {
  return planPacks({ layers: [layerInput(layer)], options: { ...OPTIONS, ...options }, otherBlobs });
}
const paths = (rows: readonly { path: string }[] | undefined): string[] =>
  (rows ?? []).map(({ path }) => path);
const dataPacks = (result: PackPlan): string[][] =>
  result.packs.filter(({ holds }) => holds === "data").map(({ entries }) => paths(entries));

describe("a fresh push", () => {
  it("packs small files and executables, keeps large ones whole, and gives links and empty files a pack of their own", () => {
    const result = plan({
      incoming: [
        file("z.txt", 10),
        file("a.txt", 10),
        file("bin/tool", 50 * MiB, { kind: "exec" }),
        file("model.bin", 50 * MiB),
        file("empty", 0),
        file("link", 5, { kind: "link", target: "a.txt" }),
      ],
    });
    expect(dataPacks(result)).toEqual([["a.txt", "bin/tool", "z.txt"]]);
    expect(result.whole.map(({ file: { path } }) => path)).toEqual(["model.bin"]);
    expect(
      result.packs.filter(({ holds }) => holds === "entries").map(({ entries }) => paths(entries)),
    ).toEqual([["empty", "link"]]);
    expect(paths(result.rows.get(CODE))).toEqual(["empty", "link"]);
    expect(result.rows.get(CODE)?.[1]).toMatchObject({ kind: "link", target: "a.txt", extents: [] });
    expect(result).toMatchObject({
      notExact: [],
      rewrittenBytes: 0,
      manifestLayers: 5,
      overHardLimit: false,
    });
  });

  it("keeps every plain file whole in a flat layout, however many there are", () => {
    const many = Array.from({ length: 150 }, (_, index) => file(`f${index}.txt`, 10));
    const flat = { smallerThan: 0, wholeFiles: Number.POSITIVE_INFINITY, manifestLayers: 10_000 };
    const result = plan({ incoming: [...many, file("run.sh", 10, { kind: "exec" })] }, flat);
    expect(result.whole).toHaveLength(150);
    expect(dataPacks(result)).toEqual([["run.sh"]]);
    expect(plan({ incoming: many }).whole.length).toBeLessThanOrEqual(64);
  });

  it("gives each packed path its own entry, equal content or not", () => {
    const result = plan({ incoming: [file("a", 5, { content: "same" }), file("b", 5, { content: "same" })] });
    expect(dataPacks(result)).toEqual([["a", "b"]]);
  });

  it("stores equal whole files once", () => {
    const result = plan({
      incoming: [file("b", 2 * MiB, { content: "same" }), file("a", 2 * MiB, { content: "same" })],
    });
    expect(result.whole).toHaveLength(1);
    expect(result.whole[0]?.file.path).toBe("a");
    expect(paths(result.whole[0]?.duplicates)).toEqual(["b"]);
    expect(result.manifestLayers).toBe(4);
  });

  it("doubles the threshold until 64 files stay whole", () => {
    const incoming = Array.from({ length: 80 }, (_, index) => file(`f${index}`, (index + 1) * MiB));
    const result = plan({ incoming });
    // At 16 MiB 65 would stay whole, at 32 MiB 49 do.
    const whole = result.whole.map(({ file: { size } }) => size / MiB);
    expect([whole.length, Math.min(...whole)]).toEqual([49, 32]);
    expect(dataPacks(result).flat()).toHaveLength(31);
  });

  it("does not pack one large file because 64 others are whole", () => {
    const kept = held(Array.from({ length: 64 }, (_, index) => wholeRow(`w${index}`, 2 * MiB)));
    const result = plan({ kept, incoming: [file("huge", 5000 * MiB)] });
    expect(result.whole.map(({ file: { path } }) => path)).toEqual(["huge"]);
  });

  it("spreads much data over about 32 packs", () => {
    const incoming = Array.from({ length: 10_000 }, (_, index) => file(`f${index}`, 900 * KiB));
    expect(dataPacks(plan({ incoming })).length).toBeLessThanOrEqual(33);
  });

  it("keeps packs under the blob limit, and names what no blob can hold", () => {
    const incoming = [
      ...Array.from({ length: 100 }, (_, index) => file(`f${index}`, 900 * KiB)),
      file("tool", 12 * MiB, { kind: "exec" }),
      file("model", 10 * MiB),
    ];
    const result = plan({ incoming }, { maxBlobSize: 10 * MiB });
    for (const pack of result.packs) {
      const decoded = layoutPack(pack.entries).reduce((sum, member) => sum + member.decoded, 0);
      expect(decoded).toBeLessThan(10 * MiB);
    }
    expect(paths(result.tooLarge)).toEqual(["tool"]);
    expect(result.notExact).toEqual([
      {
        layer: CODE,
        blob: { digest: file("tool", 12 * MiB).digest, size: 12 * MiB },
        reason: "executable-outside-pack",
      },
    ]);
  });

  it("keeps stores apart, and large executables of an external store whole", () => {
    const s3 = "s3";
    const result = plan({
      incoming: [
        file("a", 1, { store: s3 }),
        file("b", 1),
        file("tool", 2 * MiB, { kind: "exec", store: s3 }),
        file("link", 1, { kind: "link", target: "a", store: s3 }),
      ],
    });
    expect(result.packs.map(({ store, holds, entries }) => [store, holds, paths(entries)])).toEqual([
      [undefined, "data", ["b"]],
      ["s3", "data", ["a"]],
      [undefined, "entries", ["link"]],
    ]);
    expect(result.whole.map(({ store, file: { path } }) => [store, path])).toEqual([["s3", "tool"]]);
    expect(result.manifestLayers).toBe(4);
  });
});

const pack = blobRef("p", 40 * KiB);
const files = Array.from({ length: 20 }, (_, index) => [`f${String(index).padStart(2, "0")}`, 1536] as const);
const rows = packedRows(pack, files);
const exactPacks = new Set([pack.digest]);

describe("a push onto a pack", () => {
  it("carries unchanged rows as they are and packs only what changed", () => {
    const result = plan({
      kept: held(rows.slice(1)),
      dropped: rows.slice(0, 1),
      exactPacks,
      incoming: [file("f00", 99)],
    });
    expect(result.rows.get(CODE)).toEqual(rows.slice(1));
    expect(dataPacks(result)).toEqual([["f00"]]);
    expect(result.carriedPacks).toEqual([{ layer: CODE, blob: pack, exact: false }]);
    expect(result.notExact).toEqual([{ layer: CODE, blob: pack, reason: "stale-entries" }]);
    expect(result.rewrittenBytes).toBe(0);
  });

  it("leaves a pack exact when files only come", () => {
    const result = plan({ kept: held(rows), exactPacks, incoming: [file("new", 99)] });
    expect(result.carriedPacks).toEqual([{ layer: CODE, blob: pack, exact: true }]);
    expect(result.notExact).toEqual([]);
  });

  it("sends nothing for a rename and a copy, whose bytes are there", () => {
    const moved = { ...file("moved", 1536), digest: (rows[0] as FileRow).digest };
    const copy = { ...file("copy", 1536), digest: (rows[1] as FileRow).digest };
    const result = plan({ kept: held(rows.slice(1)), dropped: rows.slice(0, 1), incoming: [moved, copy] });
    expect(result.packs).toEqual([]);
    const byPath = new Map(result.rows.get(CODE)?.map((kept) => [kept.path as string, kept]));
    expect(byPath.get("moved")?.extents).toEqual(rows[0]?.extents);
    expect(byPath.get("copy")?.extents).toEqual(rows[1]?.extents);
  });

  it("drops a pack that no row needs", () => {
    const result = plan({ dropped: rows, incoming: [file("new", 1)] });
    expect(result.carriedPacks).toEqual([]);
    expect(result.manifestLayers).toBe(3);
  });

  it("rewrites a pack when less than half of it is live and all of that is held", () => {
    const half = { kept: held(rows.slice(12)), dropped: rows.slice(0, 12), incoming: [file("new", 1)] };
    const result = plan(half);
    expect(dataPacks(result)).toEqual([["f12", "f13", "f14", "f15", "f16", "f17", "f18", "f19", "new"]]);
    expect(result.packs[0]?.rewritten).toBe(true);
    expect(result.rewrittenBytes).toBe(8 * 1536);
    expect(result.rows.get(CODE)).toEqual([]);
    const unheld = plan({ ...half, kept: half.kept.map((kept, index) => ({ ...kept, held: index > 0 })) });
    expect(dataPacks(unheld)).toEqual([["new"]]);
    expect(plan({ ...half, kept: held(rows.slice(9)), dropped: rows.slice(0, 9) }).rewrittenBytes).toBe(0);
  });

  it("keeps rows that it cannot write again", () => {
    const strange: FileRow = { ...(rows[19] as FileRow), trailing: [1] };
    const result = plan({ kept: held([strange]), dropped: rows.slice(0, 19), incoming: [] });
    expect(result.rows.get(CODE)).toEqual([strange]);
    const unknown: FileRow = { ...row("x", 5, []), unknownExtents: true };
    expect(plan({ kept: held([unknown]), incoming: [file("y", 1)] }).rows.get(CODE)).toEqual([unknown]);
  });

  it("judges a pack of its own making as live, names and folders included", () => {
    const made = Array.from({ length: 3000 }, (_, index) =>
      file(`ünïcode/${index % 50}/${"n".repeat(90)}${index}`, 1 + (index % 900)),
    );
    const layout = layoutPack(made);
    // As if deflate had made a fifth of it.
    const lengths = layout.map(({ decoded }) => Math.ceil(decoded / 5));
    const blob = blobRef(
      "made",
      lengths.reduce((sum, length) => sum + length, 0),
    );
    const extents = packExtents(layout, lengths, blob);
    const own = made.map(({ path, size }) => row(path, size, extents.get(path) ?? []));
    expect(plan({ kept: held(own), incoming: [file("new", 1)] }).rewrittenBytes).toBe(0);
    // Every third of the files left, spread evenly.
    const few = own.filter((_, index) => index % 3 === 0);
    const result = plan({ kept: held(few), dropped: own.filter((_, index) => index % 3 > 0) });
    expect(result.rewrittenBytes).toBe(few.reduce((sum, { size }) => sum + size, 0));
  });
});

/** One small pack of one file each. */
function smallPacks(count: number, size = 1000): FileRow[] {
  return Array.from({ length: count }, (_, index) =>
    packedRows(blobRef(`s${index}`, size + 1500 + index), [[`s${String(index).padStart(3, "0")}`, size]]),
  ).flat();
}

describe("merging", () => {
  it("starts with the ninth small pack, smallest first, and leaves four", () => {
    expect(plan({ kept: held(smallPacks(7)), incoming: [file("new", 1)] }).rewrittenBytes).toBe(0);
    const result = plan({ kept: held(smallPacks(8)), incoming: [file("new", 1)] });
    expect(dataPacks(result)).toEqual([["new", "s000", "s001", "s002", "s003", "s004"]]);
    expect(result.carriedPacks).toHaveLength(3);
  });

  it("merges without anything new to pack, but not one pack with itself", () => {
    const nine = held(smallPacks(9));
    const dropped = [wholeRow("gone", 5 * MiB)];
    expect(dataPacks(plan({ kept: nine, dropped }))).toEqual([
      ["s000", "s001", "s002", "s003", "s004", "s005"],
    ]);
    const oneHeld = nine.map((kept, index) => ({ ...kept, held: index === 0 }));
    expect(plan({ kept: oneHeld, dropped }).packs).toEqual([]);
  });

  it("rewrites no more than 64 MiB, or twice what is sent", () => {
    const kept = held(smallPacks(12, 20 * MiB));
    const options = { target: 200 * MiB };
    expect(plan({ kept, incoming: [file("new", 1)] }, options).rewrittenBytes).toBe(60 * MiB);
    expect(plan({ kept, incoming: [file("new", 50 * MiB)] }, options).rewrittenBytes).toBe(100 * MiB);
  });

  it("joins the smallest blobs, whole files too, when the manifest has too many layers", () => {
    const kept = held([
      ...Array.from({ length: 60 }, (_, index) => wholeRow(`w${String(index).padStart(2, "0")}`, MiB)),
      ...Array.from({ length: 60 }, (_, index) => wholeRow(`v${String(index).padStart(2, "0")}`, 2 * MiB)),
    ]);
    const result = plan({ kept, incoming: [file("new", 1)] });
    expect(result.manifestLayers).toBe(100);
    expect(
      dataPacks(result)
        .flat()
        .filter((path) => path.startsWith("w")),
    ).toHaveLength(23);
    const unheld = plan({ kept: kept.map((one) => ({ ...one, held: false })), incoming: [file("new", 1)] });
    expect(unheld).toMatchObject({ manifestLayers: 123, rewrittenBytes: 0, overHardLimit: false });
    expect(plan({ kept, incoming: [file("new", 1)] }, { hardManifestLayers: 99 }).overHardLimit).toBe(true);
  });
});

describe("exact", () => {
  const stale = {
    kept: held(rows.slice(1)),
    dropped: rows.slice(0, 1),
    exactPacks,
    incoming: [file("f00", 99)],
  };

  it("rewrites stale packs and executables outside of packs", () => {
    const tool = wholeRow("tool", 3 * MiB, "exec");
    const result = plan({ ...stale, kept: [...stale.kept, ...held([tool])] }, { exact: true });
    expect(dataPacks(result)).toEqual([[...files.map(([path]) => path), "tool"]]);
    expect(result).toMatchObject({ notExact: [], carriedPacks: [], whole: [] });
  });

  it("goes past the bound on rewriting", () => {
    const large = packedRows(blobRef("l", 300 * MiB), [
      ["x", 100 * MiB],
      ["y", 199 * MiB],
    ]);
    const result = plan({ kept: held(large.slice(1)), dropped: large.slice(0, 1) }, { exact: true });
    expect(result.rewrittenBytes).toBe(199 * MiB);
  });

  it("names what it cannot rewrite", () => {
    const kept = stale.kept.map((one, index) => ({ ...one, held: index > 0 }));
    const result = plan({ ...stale, kept }, { exact: true });
    expect(result.notExact).toEqual([{ layer: CODE, blob: pack, reason: "stale-entries" }]);
    expect(dataPacks(result)).toEqual([["f00"]]);
  });

  it("stores a copy once more, unless it shares a whole blob", () => {
    const kept = [...held(rows), ...held([wholeRow("big", 2 * MiB)])];
    const copy = { ...file("copy", 1536), digest: (rows[1] as FileRow).digest };
    const large = { ...file("large", 2 * MiB), digest: wholeRow("big", 2 * MiB).digest };
    const result = plan({ kept, exactPacks, incoming: [copy, large] }, { exact: true });
    expect(dataPacks(result)).toEqual([["copy"]]);
    expect(result.whole).toEqual([]);
    expect(result.carriedPacks).toEqual([{ layer: CODE, blob: pack, exact: true }]);
    expect(result.notExact).toEqual([]);
  });

  it("makes a layer exact that the push does not touch, and else leaves it alone", () => {
    const untouched = { kept: held(rows), exactPacks: new Set<never>() };
    expect(plan(untouched, { exact: true }).rewrittenBytes).toBe(20 * 1536);
    const many = { kept: held(smallPacks(30)) };
    expect(plan(many).rewrittenBytes).toBe(0);
  });

  it("leaves packs of external stores to their store", () => {
    const external = blobRef("e", 10 * KiB, "s3");
    const kept = held(packedRows(external, [["x", 9 * KiB]]));
    const result = plan({ kept, incoming: [file("y", 1)] }, { exact: true });
    expect(result.carriedPacks).toEqual([{ layer: CODE, blob: external, exact: false }]);
    expect(result).toMatchObject({ notExact: [], rewrittenBytes: 0 });
    const wasteful = plan({ kept: held(packedRows(external, [["x", 1 * KiB]])), incoming: [file("y", 1)] });
    expect(wasteful.packs.map(({ store }) => store)).toEqual([undefined, "s3" as StoreName]);
  });
});

describe("scale", () => {
  it("plans many files without a quadratic step", () => {
    const size = 20_000;
    const blob = blobRef("all", size * 1600);
    const digest = (index: number): Digest => `sha256:${index.toString(16).padStart(64, "0")}` as Digest;
    const kept = Array.from({ length: size }, (_, index) => ({
      held: true,
      row: {
        path: `d${index % 300}/e${index % 7}/f${index}` as BundlePath,
        kind: "file" as const,
        digest: digest(index),
        size: 1000,
        extents: [{ blob, offset: 512 + index * 1536, length: 1000 }],
      },
    }));
    const incoming = kept.map(({ row: { path } }, index) => ({
      path: `n/${path}` as BundlePath,
      kind: "file" as const,
      digest: digest(size + index),
      size: 1001,
    }));
    const input: PackInput = { layers: [layerInput({ kept, incoming })], options: OPTIONS, otherBlobs: 2 };
    const result = planPacks(input);
    expect(result.rows.get(CODE)).toHaveLength(size);
    expect(result.packs.flatMap(({ entries }) => entries)).toHaveLength(size);
  });
});
