import { describe, expect, it } from "vitest";
import { type Bench, bundleFiles, failureOf, openBench, type Work } from "../bench.testing.js";

/** Two workspaces of one bundle, in step. */
async function pair(): Promise<{ bench: Bench; mine: Work; other: Work } & AsyncDisposable> {
  const bench = await openBench();
  const mine = await bench.work("mine");
  await mine.track({ a: "1", b: "1" });
  await mine.push();
  const other = await bench.clone("other");
  return { bench, mine, other, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

const tagOf = (bench: Bench): string => bench.registry.store.resolveTag("acme/app", "v1") as string;

/** The other one did not see what mine pushed: the tag goes from its own history to its own history. */
async function overtaken(place: {
  bench: Bench;
  mine: Work;
  other: Work;
}): Promise<{ mineDigest: string; theirDigest: string }> {
  const before = tagOf(place.bench);
  place.mine.write({ a: "mine" });
  await place.mine.push();
  const mineDigest = tagOf(place.bench);
  place.bench.registry.store.setTag("acme/app", "v1", before);
  await place.other.track({ b: "theirs", c: "theirs" });
  await place.other.push();
  return { mineDigest, theirDigest: tagOf(place.bench) };
}

describe("diverged", () => {
  it("whoever was overtaken learns it at the next command: both manifests are named, and no file is touched", async () => {
    await using place = await pair();
    const { mineDigest, theirDigest } = await overtaken(place);
    const before = place.mine.disk();
    for (const command of [() => place.mine.pull(), () => place.mine.push()]) {
      const error = await failureOf(command());
      expect(error.code).toBe("DIVERGED");
      expect(`${error.message} ${error.why}`).toContain(mineDigest);
      expect(`${error.message} ${error.why}`).toContain(theirDigest);
      expect(error.context["paths"]).toEqual(
        ["a", "b", "c"].filter((path) => (error.context["paths"] as string[]).includes(path)),
      );
    }
    expect((await place.mine.status()).lineage.relation).toBe("diverged");
    expect(place.mine.disk()).toEqual(before);
    expect(tagOf(place.bench)).toBe(theirDigest);
  });

  it("every difference counts as a conflict, also where only they changed", async () => {
    await using place = await pair();
    await overtaken(place);
    const error = await failureOf(place.mine.pull());
    expect(error.context["paths"]).toEqual(expect.arrayContaining(["a", "b"]));
  });

  it("--theirs takes theirs and keeps mine aside; --ours keeps mine, and the push goes on from theirs", async () => {
    await using place = await pair();
    await overtaken(place);
    const theirs = place.mine.copy("theirs");
    await theirs.pull({ theirs: ["**"] });
    expect(theirs.disk()).toEqual({ a: "1", b: "theirs", c: "theirs" });
    expect(theirs.kept()).toContain("mine");
    expect((await theirs.status()).changes).toEqual([]);
    await place.mine.pull({ ours: ["a"], theirs: ["b", "c"] });
    expect(place.mine.disk()).toEqual({ a: "mine", b: "theirs", c: "theirs" });
    await place.mine.push();
    await place.other.pull();
    expect(place.other.disk()).toEqual({ a: "mine", b: "theirs", c: "theirs" });
  });

  it("--force replaces what they put there, after the tag was compared", async () => {
    await using place = await pair();
    await overtaken(place);
    await place.mine.push({ force: true });
    const files = await bundleFiles(place.bench, place.bench.reference());
    expect(Object.keys(files)).toEqual(["a", "b", "c"]);
    expect((await place.mine.status()).lineage.relation).toBe("same");
  });
});

describe("remote behind", () => {
  it("a pull does nothing and says so; a push moves it forward", async () => {
    await using place = await pair();
    const first = tagOf(place.bench);
    place.mine.write({ a: "2" });
    await place.mine.push();
    place.bench.registry.store.setTag("acme/app", "v1", first);
    const pulled = await place.mine.pull();
    expect([pulled.outcome, pulled.lineage.relation]).toEqual(["nothing-to-do", "behind"]);
    expect(place.mine.disk()).toEqual({ a: "2", b: "1" });
    expect((await place.mine.push()).outcome).toBe("pushed");
    expect(tagOf(place.bench)).not.toBe(first);
    expect((await place.mine.status()).lineage.relation).toBe("same");
    await place.other.pull();
    expect(place.other.disk()).toEqual({ a: "2", b: "1" });
  });

  it("a push moves it forward with new changes as well, and keeps what the base had and is not held", async () => {
    await using place = await pair();
    const first = tagOf(place.bench);
    await place.other.track({ unheld: "1" });
    await place.other.push();
    const runtime = await place.bench.clone("partial", { paths: ["a", "b"] });
    runtime.write({ a: "2" });
    await runtime.push();
    place.bench.registry.store.setTag("acme/app", "v1", first);
    runtime.write({ b: "2" });
    await runtime.push();
    expect(Object.keys(await bundleFiles(place.bench, place.bench.reference()))).toEqual([
      "a",
      "b",
      "unheld",
    ]);
  });

  it("a way out takes the older content after all", async () => {
    await using place = await pair();
    const first = tagOf(place.bench);
    place.mine.write({ a: "2" });
    await place.mine.push();
    place.bench.registry.store.setTag("acme/app", "v1", first);
    await place.mine.pull({ overwrite: true });
    expect(place.mine.disk()).toEqual({ a: "1", b: "1" });
    expect(place.mine.kept()).toEqual(["2"]);
  });
});

describe("a history that breaks off", () => {
  it("is one line of warning, and the table applies", async () => {
    await using place = await pair();
    await place.other.track({ b: "2" });
    await place.other.push();
    const middle = tagOf(place.bench);
    await place.other.track({ b: "3" });
    await place.other.push();
    place.bench.registry.store.deleteManifest("acme/app", middle);
    const pulled = await place.mine.pull();
    expect([pulled.lineage.relation, pulled.written]).toEqual(["unknown", ["b"]]);
    expect(place.bench.notices.filter((notice) => notice.includes("history"))).toHaveLength(1);
    expect(place.mine.disk()).toEqual({ a: "1", b: "3" });
  });

  it("longer than 64 manifests is not walked further", async () => {
    await using place = await pair();
    for (let step = 0; step < 66; step++) {
      place.other.write({ b: `${step}` });
      await place.other.push();
    }
    place.bench.registry.clearLog();
    expect((await place.mine.pull()).written).toEqual(["b"]);
    expect(place.bench.registry.log.length).toBeLessThan(2 * 64 + 10);
  });
});
