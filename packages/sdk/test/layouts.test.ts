import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BaleError, exitCodeOf } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { type Bench, failureOf, openBench, type Work } from "./bench.testing.js";

interface Pair extends AsyncDisposable {
  readonly bench: Bench;
  readonly mine: Work;
  readonly other: Work;
  readonly layout: string;
  readonly reference: string;
}

/** Two workspaces that share a bundle in a directory. */
async function pair(): Promise<Pair> {
  const bench = await openBench();
  const layout = join(bench.folder, "layout");
  const reference = `oci:${layout}:v1`;
  const mine = await bench.work("mine");
  await mine.track({ a: "1", b: "1" });
  await mine.push({ reference, setUpstream: true });
  const other = await bench.clone("other", { reference });
  return { bench, mine, other, layout, reference, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

describe("an image layout as a remote", () => {
  it("is pushed, pulled, refused and forced like a registry, and no registry is asked", async () => {
    await using place = await pair();
    await place.other.track({ a: "2", c: "2" });
    await place.other.push();
    place.mine.write({ a: "mine" });
    expect((await failureOf(place.mine.push())).code).toBe("PUSH_REFUSED");
    expect((await failureOf(place.mine.pull())).code).toBe("PULL_REFUSED");
    await place.mine.pull({ ours: ["a"] });
    expect(place.mine.disk()).toEqual({ a: "mine", b: "1", c: "2" });
    await place.mine.push();
    await place.other.pull();
    expect(place.other.disk()).toEqual({ a: "mine", b: "1", c: "2" });
    expect(place.bench.registry.log).toEqual([]);
  });

  it("moves tags atomically: of pushes at the same time each is told, or has taken up the other", async () => {
    await using place = await pair();
    for (let round = 0; round < 5; round++) {
      await place.mine.track({ [`mine-${round}`]: `${round}` });
      await place.other.track({ [`other-${round}`]: `${round}` });
      const ended = await Promise.allSettled([place.mine.push(), place.other.push()]);
      const { files } = await place.bench.bale.ls(place.reference);
      const paths = new Set(files.map((file) => file.path));
      for (const [n, end] of ended.entries()) {
        const path = `${n === 0 ? "mine" : "other"}-${round}`;
        if (end.status === "fulfilled") {
          expect(end.value.tags.map((tag) => tag.guarantee)).toEqual(["atomic"]);
          expect(paths, path).toContain(path);
        } else {
          expect(["TAG_MOVED", "PUSH_REFUSED"]).toContain((end.reason as BaleError).code);
          expect(paths).not.toContain(path);
        }
      }
      for (const work of [place.mine, place.other, place.mine]) {
        await work.pull();
        await work.push();
      }
    }
    await place.mine.pull();
    await place.other.pull();
    expect(place.mine.disk()).toEqual(place.other.disk());
  });

  it("a reference without a layout is not found, and nothing is made by looking", async () => {
    await using place = await pair();
    const nowhere = join(place.bench.folder, "nowhere");
    for (const command of [
      () => place.bench.bale.ls(`oci:${nowhere}:v1`),
      () => place.bench.clone("none", { reference: `oci:${nowhere}:v1` }),
    ])
      expect(exitCodeOf(await failureOf(command()))).toBe(3);
    expect([existsSync(nowhere), existsSync(join(place.bench.folder, "none"))]).toEqual([false, false]);
  });

  it("a copy between layout and registry keeps manifest and content, in both directions", async () => {
    await using place = await pair();
    const there = place.bench.reference("v1", "acme/copied");
    const up = await place.bench.bale.copy(place.reference, there);
    const back = await place.bench.bale.copy(there, `oci:${join(place.bench.folder, "back")}:v1`);
    expect(back.manifest).toBe(up.manifest);
    const clone = await place.bench.clone("clone", {
      reference: `oci:${join(place.bench.folder, "back")}:v1`,
    });
    expect(clone.disk()).toEqual(place.mine.disk());
  });

  it("a blob with a flipped bit is refused, and so is a damaged manifest", async () => {
    await using place = await pair();
    const blobs = join(place.layout, "blobs", "sha256");
    for (const name of readdirSync(blobs)) {
      const file = join(blobs, name);
      const bytes = readFileSync(file);
      const bad = Buffer.from(bytes);
      bad[bad.length >> 1] = (bad[bad.length >> 1] ?? 0) ^ 1;
      writeFileSync(file, bad);
      const end = await place.bench.clone(`damaged-${name.slice(0, 8)}`, { reference: place.reference }).then(
        () => undefined,
        (error: unknown) => exitCodeOf(error),
      );
      // The tables of a layer, packs, root and manifest: all that this reference leads to has to be whole.
      expect(end, name).toBe(5);
      writeFileSync(file, bytes);
    }
    await place.bench.clone("whole", { reference: place.reference });
  });
});
