import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openBench } from "./bench.testing.js";
import { testBale, testFolder } from "./client.testing.js";
import { oddArtifact } from "./todo/scene.testing.js";

async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = [];
  for await (const value of values) found.push(value);
  return found;
}

async function published() {
  const bench = await openBench();
  const work = await bench.work("author");
  for (let version = 1; version <= 5; version++) {
    await work.track({ [`f${version}`]: `${version}` });
    await work.push({ tags: [`t${version}`] });
  }
  return bench;
}

describe("a client", () => {
  it("closes once, however often and in whichever way it is told to, and removes its temporary files", async () => {
    await using bench = await published();
    using temporary = testFolder();
    const system = process.env["TMPDIR"];
    process.env["TMPDIR"] = temporary.path;
    try {
      const bale = testBale();
      await bale.export([bench.reference()], { output: `${bench.folder}/bundle.tar` });
      const { content } = await bale.cat(`${bench.folder}/bundle.tar//f1`);
      expect(Buffer.concat(await collect(content)).toString()).toBe("1");
      expect(readdirSync(temporary.path)).not.toEqual([]);
      expect(bale.close()).toBe(bale.close());
      await bale[Symbol.asyncDispose]();
      expect(readdirSync(temporary.path)).toEqual([]);
    } finally {
      if (system === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = system;
    }
    expect(existsSync(bench.folder)).toBe(true);
  });
});

describe("lists that may be long", () => {
  it("come one by one, the same as at once", async () => {
    await using bench = await published();
    const { bale } = bench;
    const reference = bench.reference();
    expect(await collect(bale.iterateTags(reference))).toEqual(await bale.tags(reference));
    expect(await collect(bale.iterateFiles(reference, { paths: ["f*"] }))).toEqual(
      (await bale.ls(reference, { paths: ["f*"] })).files,
    );
    const { entries, end } = await bale.log(reference);
    expect([entries.length, end]).toEqual([5, "beginning"]);
    expect(await collect(bale.iterateLog(reference))).toEqual(entries);
  });

  it("ask for no more than is taken", async () => {
    await using bench = await published();
    await using bale = testBale();
    bench.registry.clearLog();
    for await (const entry of bale.iterateLog(bench.reference())) {
      expect(entry.manifest).toBe((await bale.manifest(bench.reference())).digest);
      break;
    }
    const read = bench.registry.log.filter(({ method, path }) => method === "GET" && /manifests/.test(path));
    expect(read).toHaveLength(1);
  });

  it("stop when they are told to", async () => {
    await using bench = await published();
    const { bale } = bench;
    const abort = new AbortController();
    const options = { signal: abort.signal };
    const lists = [
      bale.iterateFiles(bench.reference(), options),
      bale.iterateLog(bench.reference(), options),
    ].map((list) => list[Symbol.asyncIterator]());
    for (const list of lists) expect((await list.next()).done).toBe(false);
    abort.abort();
    for (const list of lists) await expect(list.next()).rejects.toMatchObject({ code: "INTERRUPTED" });
    await expect(collect(bale.iterateTags(bench.reference(), options))).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
  });
});

describe("an artifact of another tool", () => {
  it("is told of once, however often it is looked at", async () => {
    await using bench = await openBench();
    oddArtifact(bench);
    const reference = bench.reference("v1", "acme/odd");
    await bench.bale.show(reference);
    await bench.bale.ls(reference);
    expect(bench.notices).toEqual([expect.stringContaining("made by another tool")]);
  });
});
