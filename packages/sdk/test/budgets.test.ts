import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, openBench, type Work } from "./bench.testing.js";

const FILES = 10_000;

function smallFiles(root: string, count: number): void {
  for (let n = 0; n < count; n++) {
    const folder = join(root, `dir-${n % 100}`);
    if (n < 100) mkdirSync(folder, { recursive: true });
    // Texts between 0.2 and 4 KB, none like another.
    writeFileSync(
      join(folder, `file-${n}`),
      `file ${n}\n${`line ${n} of a small file\n`.repeat(1 + (n % 160))}`,
    );
  }
}

interface Traffic {
  readonly requests: number;
  readonly bytes: number;
  readonly uploads: number;
}

async function traffic(bench: Bench, command: () => Promise<unknown>): Promise<Traffic> {
  bench.registry.clearLog();
  await command();
  const { log } = bench.registry;
  return {
    requests: log.length,
    bytes: log.reduce((sum, record) => sum + record.requestBytes + record.responseBytes, 0),
    uploads: log.filter((record) => record.status === 201 && record.path.includes("/blobs/")).length,
  };
}

async function manyFiles(bench: Bench, name: string, count: number): Promise<Work> {
  const work = await bench.work(name);
  smallFiles(work.root, count);
  await work.add(".");
  return work;
}

describe("10,000 small files", () => {
  let bench: Bench;
  let mine: Work;
  let other: Work;
  let first: Traffic;

  beforeAll(async () => {
    bench = await openBench();
    mine = await manyFiles(bench, "mine", FILES);
    first = await traffic(bench, () => mine.push());
    other = await bench.clone("other");
  }, 60_000);
  afterAll(() => bench[Symbol.asyncDispose]());

  it("go up in at most 20 blobs", () => {
    expect(first.uploads).toBeLessThanOrEqual(20);
    expect(first.requests).toBeLessThanOrEqual(80);
  });

  it("come down in few requests, as they were", async () => {
    expect(Object.keys(other.disk())).toHaveLength(FILES);
    expect(other.disk()).toEqual(mine.disk());
  });

  it("10 changed of them: at most 12 requests and 1 MB up, and the same down", async () => {
    for (let n = 0; n < 10; n++) mine.write({ [`dir-${(n * 7) % 100}/file-${n * 7}`]: `changed ${n}\n` });
    const up = await traffic(bench, () => mine.push());
    expect([up.requests <= 12, up.requests]).toEqual([true, up.requests]);
    expect([up.bytes <= 1_000_000, up.bytes]).toEqual([true, up.bytes]);
    const down = await traffic(bench, () => other.pull());
    expect([down.requests <= 12, down.requests]).toEqual([true, down.requests]);
    expect([down.bytes <= 1_000_000, down.bytes]).toEqual([true, down.bytes]);
    expect(other.disk()).toEqual(mine.disk());
  });

  it("a push of nothing takes at most 5 requests and sends nothing", async () => {
    const nothing = await traffic(bench, () => mine.push());
    expect(nothing.requests).toBeLessThanOrEqual(5);
    expect(nothing.uploads).toBe(0);
  });

  it("status takes one request, and none when offline", async () => {
    expect((await traffic(bench, () => mine.status())).requests).toBe(1);
    expect((await traffic(bench, () => mine.status({ mode: "offline" }))).requests).toBe(0);
  });
});

describe("a second push of the same tree", () => {
  it.each([1, 30, 3_000])(
    "of %d files sends no blob and makes at most 5 requests, from another directory too",
    async (count) => {
      await using bench = await openBench();
      const one = await manyFiles(bench, "one", count);
      const pushed = await one.push();
      const again = await traffic(bench, () => one.push());
      expect(again.uploads).toBe(0);
      expect(again.requests).toBeLessThanOrEqual(5);
      const two = await manyFiles(bench, "two", count);
      bench.registry.clearLog();
      const second = await two.push();
      expect(second.contentDigest).toBe(pushed.contentDigest);
      expect([second.outcome, second.sentBlobs, second.manifest]).toEqual([
        "nothing-to-do",
        0,
        pushed.manifest,
      ]);
      // The first look of a workspace that has never seen the bundle reads manifest, root and tables.
      expect(bench.registry.log.length).toBeLessThanOrEqual(5);
      expect(
        bench.registry.log.filter((record) => record.method !== "GET" && record.method !== "HEAD"),
      ).toEqual([]);
    },
  );
});

describe("a role", () => {
  it("requests no blob of another layer, whether it clones, pulls or pushes", async () => {
    await using bench = await openBench();
    const yaml = `layers: { code: ["code/**"], data: ["data/**"] }\nroles: { dev: [code], all-data: [data] }\n`;
    const maker = await bench.work("maker", yaml);
    const random = (seed: number, size: number): Buffer =>
      Buffer.from(Array.from({ length: size }, (_, n) => (n * 31 + seed * 17 + ((n * n) >> 5)) & 255));
    maker.write({
      "code/small": "1",
      "code/large": random(1, 1_500_000),
      "data/small": "2",
      "data/large": random(2, 1_500_000),
      "data/many/1": "3",
    });
    await maker.add(".");
    await maker.push();
    const foreign = new Set<string>();
    const manifest = JSON.parse(String(bench.registry.store.manifest("acme/app", "v1")?.bytes)) as {
      layers: { digest: string; annotations: Record<string, string> }[];
    };
    for (const layer of manifest.layers)
      if (layer.annotations["dev.bale.layer"] === "data") foreign.add(layer.digest);
    expect(foreign.size).toBeGreaterThanOrEqual(2);
    const asked = (): string[] =>
      bench.registry.log
        .map((record) => record.path.split("/").at(-1) as string)
        .filter((digest) => foreign.has(digest));
    bench.registry.clearLog();
    const dev = await bench.clone("dev", { roles: ["dev"] });
    dev.write({ "code/small": "11" });
    await dev.push();
    await dev.pull();
    await dev.status();
    expect(asked()).toEqual([]);
    maker.write({ "data/small": "22" });
    await maker.pull();
    await maker.push();
    bench.registry.clearLog();
    expect((await dev.pull()).downloadedBytes).toBe(0);
    expect(asked()).toEqual([]);
  });

  it("of 5 % of a bundle moves its stored bytes, the root and its tables, and little more", async () => {
    await using bench = await openBench();
    const maker = await bench.work(
      "maker",
      `layers: { code: ["code/**"], data: ["data/**"] }\nroles: { dev: [code] }\n`,
    );
    smallFiles(join(maker.root, "data"), 1);
    for (let n = 0; n < 950; n++) maker.write({ [`data/f${n}`]: `data ${n} `.repeat(200) });
    for (let n = 0; n < 50; n++) maker.write({ [`code/f${n}`]: `code ${n} `.repeat(200) });
    await maker.add(".");
    await maker.push();
    const shown = await bench.bale.show(bench.reference());
    const stored = shown.layers
      .filter((layer) => layer.name !== "data")
      .reduce((sum, layer) => sum + layer.storedSize, 0);
    const manifest = bench.registry.store.manifest("acme/app", "v1");
    const root = (JSON.parse(String(manifest?.bytes)) as { config: { size: number } }).config.size;
    const moved = await traffic(bench, () => bench.clone("dev", { roles: ["dev"] }));
    expect(moved.bytes).toBeLessThanOrEqual(1.05 * (stored + root) + (manifest?.bytes.length ?? 0));
  });
});
