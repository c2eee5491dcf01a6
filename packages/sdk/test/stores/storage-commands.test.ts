import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundleFiles, failureOf } from "../bench.testing.js";
import { testBale } from "../client.testing.js";
import { asked, blobsOn, type Hybrid, hybrid } from "./hybrid.testing.js";

const workspace = ({ bench, mine }: Hybrid) => bench.bale.workspace(mine.root);
const storesOf = async ({ bench }: Hybrid): Promise<Record<string, readonly string[]>> =>
  Object.fromEntries(
    (await bench.bale.ls(bench.reference())).files
      .filter(({ layer }) => layer !== "bale")
      .map(({ path, stores }) => [path, stores]),
  );

describe("stores of a bundle", () => {
  it("are listed with what lies in them, their line and whether they are trusted; none is asked", async () => {
    await using place = await hybrid();
    const before = asked(place.bench, "acme/cellar");
    const { stores, reference } = await (await workspace(place)).stores();
    expect(reference).toBe(place.bench.reference());
    expect(
      stores.map(({ name, type, trusted, declared, files, blobs, bytes }) => [
        name,
        type,
        trusted,
        declared,
        files,
        blobs,
        bytes,
      ]),
    ).toEqual([
      ["registry", "registry", true, true, 5, expect.any(Number), expect.any(Number)],
      ["shelf", "fs", true, true, 1, 1, expect.any(Number)],
      ["cellar", "oci", true, true, 1, 1, expect.any(Number)],
    ]);
    expect(stores[1]?.line).toBe(`fs:${place.shelf}/acme`);
    expect(asked(place.bench, "acme/cellar")).toBe(before);
  });

  it("of a reference are those of its index, trusted or not", async () => {
    await using place = await hybrid();
    await using stranger = place.strangers();
    const { stores } = await stranger.stores(place.bench.reference());
    expect(stores.map(({ name, trusted, declared }) => [name, trusted, declared])).toEqual([
      ["registry", true, true],
      ["cellar", false, false],
      ["shelf", false, false],
    ]);
  });

  it("whose type no plugin knows are listed with the reason", async () => {
    await using place = await hybrid();
    await using bare = testBale({ plugins: [(await import("@bale/oci")).oci()] });
    const { stores } = await bare.stores(place.bench.reference());
    expect(stores.find(({ name }) => name === "shelf")?.problem).toContain(
      'no plugin knows stores of type "fs"',
    );
  });
});

describe("storage explain", () => {
  it("names the rule that decides, where things lie now, and what a push would send", async () => {
    await using place = await hybrid();
    place.mine.write({ "data/new.bin": "not added yet", "src/b.bin": "changed" });
    const explained = await (await workspace(place)).explainStorage();
    const byPath = new Map(explained.paths.map((each) => [each.path, each]));
    const short = (path: string) => {
      const { rule, goesTo, now, stored, fixed } = byPath.get(path) ?? {};
      return [rule?.number, goesTo, now?.map(({ store }) => store), stored, fixed];
    };
    expect(short("data/a.bin")).toEqual([2, "shelf", ["shelf"], true, undefined]);
    expect(short("data/big")).toEqual([3, "cellar", ["cellar"], true, undefined]);
    expect(short("data/small")).toEqual([undefined, "registry", ["registry"], true, undefined]);
    expect(short("src/b.bin")).toEqual([1, "registry", ["registry"], false, undefined]);
    expect(short("bale.yaml")).toEqual([undefined, "registry", ["registry"], true, "declaration"]);
    expect(byPath.has("data/new.bin")).toBe(false);
    expect(explained.push).toEqual([{ store: "registry", blobs: 1, bytes: 7, requests: expect.any(Number) }]);
  });

  it("of one path, also of one that is not tracked; globs and folders work from where one stands", async () => {
    await using place = await hybrid();
    place.mine.write({ "data/new.bin": "x".repeat(10), "data/huge": "x".repeat(200_000) });
    const ask = async (paths: readonly string[], cwd?: string) =>
      (await (await workspace(place)).explainStorage({ paths, cwd })).paths.map(
        ({ path, goesTo, tracked }) => `${path} ${goesTo} ${tracked}`,
      );
    expect(await ask(["data/new.bin", "data/huge"])).toEqual([
      "data/huge cellar false",
      "data/new.bin shelf false",
    ]);
    expect(await ask(["*.bin"], join(place.mine.root, "data"))).toEqual(["data/a.bin shelf true"]);
    expect(await ask(["src"])).toEqual(["src/b.bin registry true", "src/big registry true"]);
    expect((await failureOf(ask(["data/absent"]))).code).toBe("NOT_FOUND");
    expect((await failureOf(ask(["../outside"]))).code).toBe("USAGE");
  });

  it("works before the first push, where nothing lies anywhere", async () => {
    await using place = await hybrid({ push: false });
    const explained = await (await workspace(place)).explainStorage();
    expect(explained.paths.every(({ now, stored }) => now === undefined && !stored)).toBe(true);
    expect(explained.push?.map(({ store }) => store).sort()).toEqual(["cellar", "registry", "shelf"]);
  });

  it("says why there is no cost where a push would be refused", async () => {
    await using place = await hybrid();
    const other = await place.bench.clone("other");
    other.write({ "data/small": "theirs" });
    await other.push();
    place.mine.write({ "data/small": "mine" });
    const explained = await (await workspace(place)).explainStorage();
    expect([explained.push, explained.pushProblem]).toEqual([undefined, expect.stringContaining("refused")]);
  });
});

describe("storage check", () => {
  it("writes, reads, lists and removes a small object, and leaves nothing", async () => {
    await using place = await hybrid();
    const before = blobsOn(place.shelf);
    const checks = await (await workspace(place)).checkStores([]);
    expect(checks.map(({ name, verdict, left }) => [name, verdict, left.length])).toEqual([
      ["shelf", "ready", 0],
      // A repository of a registry has no way to list or remove single blobs.
      ["cellar", "usable", 2],
    ]);
    // Whether of writers at the same time one wins is a matter of luck with a directory.
    const sure = checks[0]?.findings.filter(({ what }) => what !== "conditional writes") ?? [];
    expect(sure.map(({ what, state }) => `${what}: ${state}`)).toEqual([
      "streamed write: works",
      "reading: works",
      "ranges: works",
      "second write: works",
      "listing: works",
      "deletion: works",
    ]);
    expect(blobsOn(place.shelf)).toEqual(before);
  });

  it("is refused for a store that is not declared or not trusted, before anything is asked", async () => {
    await using place = await hybrid();
    await using stranger = place.strangers();
    const theirs = await stranger.workspace(place.mine.root);
    expect((await failureOf(theirs.checkStores(["attic"]))).code).toBe("CONFIG_INVALID");
    const refused = await failureOf(theirs.checkStores(["shelf"]));
    expect([refused.code, refused.fix]).toEqual([
      "STORE_UNTRUSTED",
      expect.stringContaining(`fs:${place.shelf}/acme`),
    ]);
  });
});

describe("storage migrate", () => {
  it("moves what changed rules say, by a new manifest; content, files and the workspace stay as they are", async () => {
    await using place = await hybrid();
    const { bench, mine } = place;
    const before = await bench.bale.show(bench.reference());
    const files = await bundleFiles(bench, bench.reference());
    const moved = await (await workspace(place)).migrateStorage({ to: "shelf", from: "cellar" });
    expect(moved).toMatchObject({
      outcome: "migrated",
      previous: before.manifest,
      contentDigest: before.contentDigest,
      moves: [{ from: "cellar", to: "shelf", blobs: 1 }],
      mixedPacks: 0,
    });
    expect(moved.manifest).not.toBe(before.manifest);
    expect(await storesOf(place)).toMatchObject({ "data/big": ["shelf"], "src/big": ["registry"] });
    expect(blobsOn(place.shelf)).toHaveLength(2);
    expect(await bundleFiles(bench, bench.reference())).toEqual(files);
    expect((await bench.bale.show(bench.reference())).parent).toBe(before.manifest);
    expect((await mine.status()).changes).toEqual([]);
    expect((await mine.pull()).outcome).toBe("nothing-to-do");
    mine.write({ "data/small": "2" });
    expect((await mine.push()).outcome).toBe("pushed");
    // The old version still finds its blobs where they were.
    expect(existsSync(join(place.shelf, "acme"))).toBe(true);
    expect(
      (await bench.bale.verify({ reference: `${bench.reference()}@${before.manifest}`, deep: true }))
        .problems,
    ).toEqual([]);
  });

  it("takes everything into the registry and out again, packs included", async () => {
    await using place = await hybrid();
    const { bench } = place;
    const content = (await bench.bale.show(bench.reference())).contentDigest;
    const files = await bundleFiles(bench, bench.reference());
    await (await workspace(place)).migrateStorage({ to: "registry" });
    expect(new Set(Object.values(await storesOf(place)).flat())).toEqual(new Set(["registry"]));
    await using stranger = place.strangers();
    expect((await stranger.verify({ reference: bench.reference(), deep: true })).problems).toEqual([]);
    const out = await (await workspace(place)).migrateStorage({ to: "shelf", layers: ["data"] });
    expect(out.outcome).toBe("migrated");
    expect(await storesOf(place)).toEqual({
      "data/a.bin": ["shelf"],
      "data/big": ["shelf"],
      "data/small": ["shelf"],
      "src/b.bin": ["registry"],
      "src/big": ["registry"],
    });
    await (await workspace(place)).migrateStorage({ to: "registry" });
    expect((await bench.bale.show(bench.reference())).contentDigest).toBe(content);
    expect(await bundleFiles(bench, bench.reference())).toEqual(files);
    expect((await stranger.verify({ reference: bench.reference(), deep: true })).problems).toEqual([]);
  });

  it("follows the rules where no place is named, says what a dry run would move, and does nothing twice", async () => {
    await using place = await hybrid();
    const here = await workspace(place);
    expect((await here.migrateStorage()).outcome).toBe("nothing-to-do");
    await here.migrateStorage({ to: "registry" });
    const dry = await here.migrateStorage({ dryRun: true });
    expect(dry.outcome).toBe("dry-run");
    expect(dry.moves.map(({ from, to }) => `${from} ${to}`).sort()).toEqual([
      "registry cellar",
      "registry shelf",
    ]);
    expect(new Set(Object.values(await storesOf(place)).flat())).toEqual(new Set(["registry"]));
    await here.migrateStorage();
    expect(await storesOf(place)).toMatchObject({ "data/a.bin": ["shelf"], "data/big": ["cellar"] });
  });

  it("never splits a pack: one of which only some files are chosen stays, and is counted", async () => {
    await using place = await hybrid({ push: false });
    await place.mine.track({ "data/c": "c", "data/d": "d" });
    await place.mine.push();
    const here = await workspace(place);
    const { moves, mixedPacks } = await here.migrateStorage({ to: "shelf", paths: ["data/c"] });
    const packed = (await here.explainStorage({ paths: ["data/c"] })).paths[0]?.now?.[0]?.packed;
    expect([packed, mixedPacks, moves.length]).toEqual(packed ? [true, 1, 0] : [false, 0, 1]);
  });

  it("is refused where somebody moved the tag meanwhile, for unknown stores, and for stores that are not trusted", async () => {
    await using place = await hybrid();
    const here = await workspace(place);
    expect((await failureOf(here.migrateStorage({ to: "attic" }))).code).toBe("CONFIG_INVALID");
    await using stranger = place.strangers();
    const theirs = await stranger.workspace(place.mine.root);
    expect((await failureOf(theirs.migrateStorage({ to: "shelf" }))).code).toBe("STORE_UNTRUSTED");
    expect(blobsOn(place.shelf)).toHaveLength(1);
  });
});
