import { exitCodeOf } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { type Bench, failureOf, openBench, type Work } from "../bench.testing.js";

/** A workspace whose own work a way out has just replaced. */
async function replaced(): Promise<{ bench: Bench; mine: Work } & AsyncDisposable> {
  const bench = await openBench();
  const mine = await bench.work("mine");
  await mine.track({ a: "1", "dir/b": "1", run: "x:1", link: "->a" });
  await mine.push();
  const other = await bench.clone("other");
  await other.track({ a: "theirs", "dir/b": null, run: "x:theirs" });
  await other.push();
  await mine.track({ a: "my work", "dir/b": "my work too", run: "x:my tool", added: "mine alone" });
  mine.write({ link: "->run" });
  await mine.pull({ mirror: true });
  return { bench, mine, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

describe("restore", () => {
  it("lists what was replaced, newest first, with the command that did it", async () => {
    await using place = await replaced();
    expect(place.mine.disk()).toEqual({ a: "theirs", link: "->a", run: "x:theirs" });
    const workspace = await place.bench.bale.workspace(place.mine.root);
    const files = await workspace.listReplaced();
    expect(files.map((file) => file.path).sort()).toEqual(["a", "added", "dir/b", "link", "run"]);
    for (const file of files) expect(file.reason).toContain(place.bench.reference());
  });

  it("brings back content, executable bits and links; what is there then is put aside in turn", async () => {
    await using place = await replaced();
    const workspace = await place.bench.bale.workspace(place.mine.root);
    const { restored } = await workspace.restore(["a", "added", "dir/b", "link", "run"]);
    expect([...restored].sort()).toEqual(["a", "added", "dir/b", "link", "run"]);
    expect(place.mine.disk()).toEqual({
      a: "my work",
      added: "mine alone",
      "dir/b": "my work too",
      link: "->run",
      run: "x:my tool",
    });
    expect(place.mine.kept()).toEqual(expect.arrayContaining(["theirs", "x:theirs"]));
    await workspace.restore(["a"]);
    expect(place.mine.disk()["a"]).toBe("theirs");
  });

  it("takes globs, and leaves all else alone", async () => {
    await using place = await replaced();
    const workspace = await place.bench.bale.workspace(place.mine.root);
    await workspace.restore(["dir/**"]);
    expect(place.mine.disk()).toEqual({ a: "theirs", "dir/b": "my work too", link: "->a", run: "x:theirs" });
  });

  it("a path that was never replaced is an error, and nothing is touched", async () => {
    await using place = await replaced();
    const workspace = await place.bench.bale.workspace(place.mine.root);
    const refused = await failureOf(workspace.restore(["nothing/here"]));
    expect(exitCodeOf(refused)).toBe(3);
    expect(place.mine.disk()).toEqual({ a: "theirs", link: "->a", run: "x:theirs" });
  });

  it("what came back is a local change that can be pushed", async () => {
    await using place = await replaced();
    const workspace = await place.bench.bale.workspace(place.mine.root);
    await workspace.restore(["a"]);
    expect(await place.mine.verdicts()).toContain("a local-change");
    await place.mine.push();
    const clone = await place.bench.clone("clone");
    expect(clone.disk()["a"]).toBe("my work");
  });
});
