import { exitCodeOf } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { type Bench, bundleFiles, failureOf, openBench, type Work } from "../bench.testing.js";

async function pushed(): Promise<{ bench: Bench; mine: Work } & AsyncDisposable> {
  const bench = await openBench();
  const mine = await bench.work("mine");
  await mine.track({ a: "1", b: "1" });
  await mine.push();
  return { bench, mine, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

const paths = async (bench: Bench, reference: string): Promise<string[]> =>
  Object.keys(await bundleFiles(bench, reference));

describe("upstream", () => {
  it("is what status, pull and push mean without a reference; latest where no tag is named", async () => {
    await using bench = await openBench();
    const mine = await bench.work("mine");
    await mine.track({ a: "1" });
    const named = bench.reference().replace(/:v1$/, "");
    const first = await mine.push({ reference: named, setUpstream: true });
    expect(first.reference).toBe(`${named}:latest`);
    expect((await mine.status()).upstream).toBe(`${named}:latest`);
    expect((await mine.push()).outcome).toBe("nothing-to-do");
    expect((await mine.pull()).outcome).toBe("nothing-to-do");
    expect(bench.registry.store.tags("acme/app")).toEqual(["latest"]);
  });

  it("is the ref of bale.yaml until the first synchronisation", async () => {
    await using place = await pushed();
    expect((await place.mine.status()).upstream).toBe(place.bench.reference());
  });

  it.each(["experiment", "acme/other"])("a push to %s leaves upstream and base alone", async (where) => {
    await using place = await pushed();
    const before = await place.mine.status();
    place.mine.write({ a: "2" });
    const other = where.includes("/") ? place.bench.reference("v1", where) : place.bench.reference(where);
    expect((await place.mine.push({ reference: other })).outcome).toBe("pushed");
    const after = await place.mine.status();
    expect([after.upstream, after.base, after.remote.manifest]).toEqual([
      before.upstream,
      before.base,
      before.remote.manifest,
    ]);
    expect(after.changes.map((change) => `${change.path} ${change.verdict}`)).toEqual(["a local-change"]);
  });

  it("a push elsewhere never makes the main tag look changed, and can be repeated without a refusal", async () => {
    await using place = await pushed();
    const experiment = place.bench.reference("experiment");
    for (const content of ["2", "3", "4"]) {
      place.mine.write({ a: content });
      expect((await place.mine.push({ reference: experiment })).outcome).toBe("pushed");
    }
    await place.mine.remove("b");
    await place.mine.push({ reference: experiment });
    expect(await paths(place.bench, experiment)).toEqual(["a"]);
    expect(await place.mine.verdicts()).toEqual(["a local-change", "b local-change"]);
    expect((await place.mine.push()).outcome).toBe("pushed");
    expect((await place.mine.status()).changes).toEqual([]);
  });

  it("a push elsewhere is refused when somebody else changed that tag in between", async () => {
    await using place = await pushed();
    const experiment = place.bench.reference("experiment");
    place.mine.write({ a: "2" });
    await place.mine.push({ reference: experiment });
    const other = await place.bench.clone("other", { reference: experiment });
    await other.track({ a: "theirs" });
    await other.push();
    place.mine.write({ a: "3" });
    const refused = await failureOf(place.mine.push({ reference: experiment }));
    expect([refused.code, refused.context["paths"]]).toEqual(["PUSH_REFUSED", ["a"]]);
  });

  it("-u makes the reference of a push the upstream, and its base", async () => {
    await using place = await pushed();
    const experiment = place.bench.reference("experiment");
    place.mine.write({ a: "2" });
    const sent = await place.mine.push({ reference: experiment, setUpstream: true });
    const status = await place.mine.status();
    expect([status.upstream, status.base]).toEqual([experiment, sent.manifest]);
    expect(status.changes).toEqual([]);
  });

  it("`pull REF` switches; a clean workspace simply becomes REF", async () => {
    await using place = await pushed();
    const other = await place.bench.clone("other");
    await other.track({ a: null, b: "2", c: "2" });
    await other.push({ reference: place.bench.reference("v2") });
    const pulled = await place.mine.pull({ reference: place.bench.reference("v2") });
    expect(pulled.outcome).toBe("pulled");
    expect(place.mine.disk()).toEqual({ b: "2", c: "2" });
    const status = await place.mine.status();
    expect([status.upstream, status.changes]).toEqual([place.bench.reference("v2"), []]);
    await place.mine.pull({ reference: place.bench.reference("v1") });
    expect(place.mine.disk()).toEqual({ a: "1", b: "1" });
    expect((await place.mine.status()).changes).toEqual([]);
  });

  it("`pull REF` of an unrelated bundle: B stays what the tree was made from", async () => {
    await using place = await pushed();
    const stranger = await place.bench.work("stranger");
    await stranger.track({ a: "other", z: "other" });
    const reference = place.bench.reference("v1", "acme/stranger");
    await stranger.push({ reference, setUpstream: true });
    const clean = place.mine.copy("clean");
    await clean.pull({ reference });
    expect(clean.disk()).toEqual({ a: "other", z: "other" });
    expect((await clean.status()).changes).toEqual([]);
    place.mine.write({ a: "mine" });
    const refused = await failureOf(place.mine.pull({ reference }));
    expect([refused.code, refused.context["paths"]]).toEqual(["PULL_REFUSED", ["a"]]);
    expect((await place.mine.status()).upstream).toBe(place.bench.reference());
  });

  it("`pull REF@DIGEST` goes back to older content that is named exactly", async () => {
    await using place = await pushed();
    const first = (await place.mine.status()).base;
    place.mine.write({ a: "2" });
    await place.mine.push();
    await place.mine.pull({ reference: `${place.bench.reference()}@${first}` });
    expect(place.mine.disk()).toEqual({ a: "1", b: "1" });
    expect(await place.mine.verdicts()).toEqual(["a remote-change"]);
  });

  it("`pull REF` keeps local changes as local changes where REF has what the base had", async () => {
    await using place = await pushed();
    const other = await place.bench.clone("other");
    await other.track({ b: "2" });
    await other.push({ reference: place.bench.reference("v2") });
    place.mine.write({ a: "mine" });
    await place.mine.pull({ reference: place.bench.reference("v2") });
    expect(place.mine.disk()).toEqual({ a: "mine", b: "2" });
    expect(await place.mine.verdicts()).toEqual(["a local-change"]);
  });
});

describe("references", () => {
  it("a digest cannot be pushed to", async () => {
    await using place = await pushed();
    const { manifest } = await place.mine.push();
    for (const reference of [
      `${place.bench.reference()}@${manifest}`,
      `${place.bench.reference().replace(/:v1$/, "")}@${manifest}`,
    ]) {
      const refused = await failureOf(place.mine.push({ reference }));
      expect([refused.code, exitCodeOf(refused)]).toEqual(["USAGE", 2]);
    }
  });

  it("with both tag and digest the digest rules, and a different tag is a warning", async () => {
    await using place = await pushed();
    const first = (await place.mine.status()).base;
    place.mine.write({ a: "2" });
    await place.mine.push();
    const pinned = await place.bench.clone("pinned", { reference: `${place.bench.reference()}@${first}` });
    expect(pinned.disk()).toEqual({ a: "1", b: "1" });
    expect(place.bench.notices.filter((notice) => notice.includes(String(first)))).not.toEqual([]);
  });

  it("with both and the same digest there is no warning", async () => {
    await using place = await pushed();
    const first = (await place.mine.status()).base;
    await place.bench.clone("pinned", { reference: `${place.bench.reference()}@${first}` });
    expect(place.bench.notices).toEqual([]);
  });

  it("a reference that is not there is not found, and makes no folder", async () => {
    await using place = await pushed();
    const missing = await failureOf(place.bench.clone("none", { reference: place.bench.reference("v9") }));
    expect([missing.code, exitCodeOf(missing)]).toEqual(["NOT_FOUND", 3]);
  });
});
