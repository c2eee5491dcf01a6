import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { failureOf, filesBelow, openBench, writeFiles } from "../bench.testing.js";
import { testBale } from "../client.testing.js";
import { disk, own, published, SAMPLE, YAML } from "./ensure.testing.js";

describe("ensure, over what is there already", () => {
  it("changes nothing when any request fails for good, and is done when it is run again", async () => {
    await using bench = await published();
    const directory = join(bench.folder, "target");
    let failures = 0;
    for (let skip = 0, clean = false; !clean; skip++) {
      rmSync(directory, { recursive: true, force: true });
      writeFiles(directory, { "mine.txt": "m" });
      await using bale = testBale({ fsync: "never" });
      const fault = bench.registry.addFault({ skip, times: 10, action: { kind: "status", status: 500 } });
      const outcome = await bale.ensure(bench.reference(), { directory }).catch((error: unknown) => error);
      clean = fault.hits === 0;
      fault.remove();
      if (clean) expect(outcome).toMatchObject({ outcome: "written" });
      else {
        failures++;
        expect(outcome).toBeInstanceOf(Error);
        expect(filesBelow(directory)).toEqual({ "mine.txt": "m" });
        await bale.ensure(bench.reference(), { directory });
      }
      expect(disk(directory)).toEqual({ ...SAMPLE, "mine.txt": "m" });
    }
    expect(failures).toBeGreaterThan(3);
  });

  it("lets two runs at once follow one another: one version whole, never a mixture", async () => {
    await using bench = await published({ "a.txt": "1", "b.txt": "1", "only-one.txt": "1" });
    const work = bench.open(join(bench.folder, "work"));
    await work.track({ "a.txt": "2", "b.txt": "2", "only-one.txt": null });
    await work.push({ reference: bench.reference("v2") });
    const directory = join(bench.folder, "target");
    await Promise.all(
      ["v1", "v2", "v1", "v2"].map((tag) =>
        bench.bale.ensure(bench.reference(tag), { directory, mirror: true }),
      ),
    );
    const one = { "a.txt": "1", "b.txt": "1", "only-one.txt": "1" };
    const two = { "a.txt": "2", "b.txt": "2" };
    expect([JSON.stringify(one), JSON.stringify(two)]).toContain(JSON.stringify(disk(directory)));
    expect(own(directory)).toEqual([".bale-ensure.json"]);
  });

  it("takes a role, remembers it for the next run, and lifts it with all", async () => {
    await using bench = await published(SAMPLE, YAML);
    const directory = join(bench.folder, "target");
    const code = ["src/latest.py", "src/main.py", "src/run.sh"];
    const first = await bench.bale.ensure(bench.reference(), { directory, roles: ["runtime"] });
    expect(first.leftOut).toEqual(["data"]);
    expect(Object.keys(disk(directory))).toEqual(code);
    bench.registry.clearLog();
    expect(await bench.bale.ensure(bench.reference(), { directory })).toMatchObject({
      outcome: "nothing-to-do",
      leftOut: ["data"],
    });
    expect(bench.registry.log).toHaveLength(1);
    const all = await bench.bale.ensure(bench.reference(), { directory, roles: ["all"] });
    expect(all.written).toEqual(["data/none", "data/one.bin"]);
    expect(
      (await failureOf(bench.bale.ensure(bench.reference(), { directory, roles: ["nobody"] }))).code,
    ).toBe("ROLE_UNKNOWN");
  });

  it("limits one run to globs", async () => {
    await using bench = await published();
    const directory = join(bench.folder, "target");
    expect((await bench.bale.ensure(bench.reference(), { directory, paths: ["data/**"] })).written).toEqual([
      "data/none",
      "data/one.bin",
    ]);
    expect((await bench.bale.ensure(bench.reference(), { directory })).written).toHaveLength(5);
    expect(disk(directory)).toEqual(SAMPLE);
  });

  it("turns a folder of its own into a file and back between versions", async () => {
    await using bench = await published({ "thing/a": "1", "thing/b": "2" });
    const work = bench.open(join(bench.folder, "work"));
    await work.track({ "thing/a": null, "thing/b": null });
    writeFiles(work.root, { thing: "file" });
    await work.track({ thing: "file" });
    await work.push({ reference: bench.reference("v2") });
    const directory = join(bench.folder, "target");
    for (const tag of ["v1", "v2", "v1"]) await bench.bale.ensure(bench.reference(tag), { directory });
    expect(disk(directory)).toEqual({ "thing/a": "1", "thing/b": "2" });
    await bench.bale.ensure(bench.reference("v2"), { directory });
    expect(disk(directory)).toEqual({ thing: "file" });
  });

  it("never removes somebody's file to make room for one of the bundle, but mirror does", async () => {
    await using bench = await published({ thing: "file" });
    const directory = join(bench.folder, "target");
    writeFiles(directory, { "thing/mine.txt": "m" });
    const refusal = await failureOf(bench.bale.ensure(bench.reference(), { directory, overwrite: true }));
    expect(refusal).toMatchObject({ code: "WOULD_OVERWRITE", context: { paths: ["thing/mine.txt"] } });
    expect(filesBelow(directory)).toEqual({ "thing/mine.txt": "m" });
    await bench.bale.ensure(bench.reference(), { directory, overwrite: true, mirror: true });
    expect(disk(directory)).toEqual({ thing: "file" });
  });

  it("replaces a link that stands for a folder, and writes nothing where it led", async () => {
    await using bench = await published();
    const directory = join(bench.folder, "target");
    const outside = join(bench.folder, "outside");
    mkdirSync(outside);
    mkdirSync(directory);
    symlinkSync(outside, join(directory, "src"));
    expect((await failureOf(bench.bale.ensure(bench.reference(), { directory }))).context["paths"]).toEqual([
      "src",
    ]);
    await bench.bale.ensure(bench.reference(), { directory, overwrite: true });
    expect(disk(directory)).toEqual(SAMPLE);
    expect(readdirSync(outside)).toEqual([]);
  });

  it("says what it would do, and does nothing, in a dry run", async () => {
    await using bench = await published();
    const directory = join(bench.folder, "target");
    const result = await bench.bale.ensure(bench.reference(), { directory, dryRun: true });
    expect(result.outcome).toBe("dry-run");
    expect(result.written).toHaveLength(7);
    expect(existsSync(directory)).toBe(false);
  });

  it("finishes what an interrupted run began, and clears what it left", async () => {
    await using bench = await published();
    const directory = join(bench.folder, "target");
    await bench.bale.ensure(bench.reference(), { directory });
    const file = join(directory, ".bale-ensure.json");
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), complete: false }));
    writeFiles(directory, { "src/main.py": "half", ".bale-ensure.tmp/write.1.tmp": "left" });
    expect((await bench.bale.ensure(bench.reference(), { directory })).written).toEqual(["src/main.py"]);
    expect(own(directory)).toEqual([".bale-ensure.json"]);
    expect(disk(directory)).toEqual(SAMPLE);
  });

  it("reads every file again when its record is damaged", async () => {
    await using bench = await published();
    const directory = join(bench.folder, "target");
    await bench.bale.ensure(bench.reference(), { directory });
    for (const damage of ["{", "[]", '{"version":1,"complete":true,"files":[[1,2]]}', '{"version":9}']) {
      writeFileSync(join(directory, ".bale-ensure.json"), damage);
      writeFileSync(join(directory, "src/main.py"), "wrong");
      expect((await bench.bale.ensure(bench.reference(), { directory })).written, damage).toEqual([
        "src/main.py",
      ]);
    }
  });

  it("fills a folder from an artifact of another tool", async () => {
    await using bench = await openBench();
    const { store } = bench.registry;
    const layers = ["a.txt", "sub/b.txt"].map((title) => {
      const bytes = Buffer.from(`content of ${title}`);
      return {
        mediaType: "text/plain",
        digest: store.putBlob("acme/other", bytes),
        size: bytes.length,
        annotations: { "org.opencontainers.image.title": title },
      };
    });
    const config = {
      mediaType: "application/vnd.oci.empty.v1+json",
      digest: store.putBlob("acme/other", Buffer.from("{}")),
      size: 2,
    };
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    const manifest = { schemaVersion: 2, mediaType, artifactType: "application/x-thing", config, layers };
    store.putManifest("acme/other", Buffer.from(JSON.stringify(manifest)), { mediaType, tag: "v1" });
    const directory = join(bench.folder, "target");
    const reference = bench.reference("v1", "acme/other");
    await bench.bale.ensure(reference, { directory });
    expect(disk(directory)).toEqual({ "a.txt": "content of a.txt", "sub/b.txt": "content of sub/b.txt" });
    bench.registry.clearLog();
    expect((await bench.bale.ensure(reference, { directory })).outcome).toBe("nothing-to-do");
    expect(bench.registry.log).toHaveLength(1);
  });

  it("refuses a bundle that has one of ensure's own names", async () => {
    await using bench = await openBench();
    const work = await bench.work("work");
    writeFiles(work.root, { ".bale-ensure.json": "{}", "a.txt": "a" });
    await (await bench.bale.workspace(work.root)).add([".bale-ensure.json", "a.txt"], {
      cwd: work.root,
      force: true,
    });
    await work.push();
    const directory = join(bench.folder, "target");
    expect((await failureOf(bench.bale.ensure(bench.reference(), { directory }))).code).toBe("UNSAFE_PATH");
    expect(existsSync(directory)).toBe(false);
  });
});
