import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openBench } from "../bench.testing.js";
import { pushed } from "./scene.testing.js";

describe("CLI Enhancements: Untracked in status", () => {
  it("lists what is neither tracked nor ignored, and never what is tracked", async () => {
    await using place = await pushed();
    place.mine.write({ "new/file": "1", "scratch.tmp": "1" });
    const { untracked } = await place.mine.status();
    expect(untracked.map((file) => file.path)).toEqual(["new/file"]);
  });
});

describe("CLI Enhancements: Support glob patterns in add/remove commands", () => {
  it("add and remove take globs, folders and names; an argument that matches nothing is named", async () => {
    await using bench = await openBench();
    const mine = await bench.work("mine");
    mine.write({
      "data/a.csv": "1",
      "data/b.csv": "1",
      "data/c.txt": "1",
      "data/deep/d.csv": "1",
      "src/e": "1",
    });
    await mine.add("data/*.csv", "src");
    const workspace = await bench.bale.workspace(mine.root);
    const tracked = async (): Promise<string[]> =>
      (await mine.status()).changes.map((change) => change.path).filter((path) => path.includes("/"));
    expect(await tracked()).toEqual(["data/a.csv", "data/b.csv", "src/e"]);
    await mine.add("**/*.csv");
    expect(await tracked()).toEqual(["data/a.csv", "data/b.csv", "data/deep/d.csv", "src/e"]);
    await mine.remove("data/{a,b}.csv");
    expect(await tracked()).toEqual(["data/deep/d.csv", "src/e"]);
    expect(mine.disk()["data/a.csv"]).toBe("1");
    const missed = await workspace.add(["nothing/*.here"], { cwd: mine.root });
    expect([missed.missing, missed.complete]).toEqual([["nothing/*.here"], false]);
  });

  it("ignored paths are named and refused without force; once tracked, a file stays tracked", async () => {
    await using bench = await openBench();
    const mine = await bench.work("mine");
    mine.write({ "a.tmp": "1", b: "1" });
    const workspace = await bench.bale.workspace(mine.root);
    const added = await workspace.add(["a.tmp", "b"], { cwd: mine.root });
    expect([added.ignored, added.added]).toEqual([["a.tmp"], ["b"]]);
    await workspace.add(["a.tmp"], { cwd: mine.root, force: true });
    await mine.push();
    mine.write({ "a.tmp": "2" });
    expect(await mine.verdicts()).toEqual(["a.tmp local-change"]);
  });
});

describe("CLI Enhancements: export to create tar archives, import from tar archives", () => {
  it("exports a bundle to a tar, and imports it elsewhere with the same digest", async () => {
    await using place = await pushed();
    const { bale, folder, reference } = place.bench;
    const output = join(folder, "bundle.tar");
    const { bundles } = await bale.export([reference()], { output });
    const elsewhere = reference("v1", "elsewhere/app");
    const imported = await bale.import(output, elsewhere);
    expect(imported.bundles.map(({ manifest }) => manifest)).toEqual(bundles.map(({ manifest }) => manifest));
    expect((await bale.verify({ reference: elsewhere, deep: true })).problems).toEqual([]);
  });
});
