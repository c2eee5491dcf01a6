import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ProgressEvent } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { type Bench, type Files, failureOf, filesBelow, openBench, writeFiles } from "../bench.testing.js";
import { testBale } from "../client.testing.js";
import { contentBlobs } from "./registry-damage.testing.js";

const SAMPLE: Files = {
  "src/main.py": "print(1)\n",
  "src/run.sh": "x:#!/bin/sh\n",
  "src/latest.py": "->main.py",
  "data/one.bin": "one",
  "data/none": "",
};
const YAML = "layers: { code: ['src/**'], data: ['data/**'] }\nroles: { runtime: [code] }\n";

async function published(files: Files = SAMPLE, yaml = ""): Promise<Bench> {
  const bench = await openBench();
  const work = await bench.work("work", yaml);
  await work.track(files);
  await work.push();
  bench.registry.clearLog();
  return bench;
}

/** The bundle's files on disk, without its declarations and without ensure's own. */
function disk(root: string): Record<string, string> {
  const files = filesBelow(root);
  for (const name of ["bale.yaml", ".baleignore", ".bale-ensure.json"]) delete files[name];
  return files;
}

function own(root: string): string[] {
  return readdirSync(root).filter((name) => name.startsWith(".bale-ensure."));
}

describe("ensure", () => {
  it("makes the folder and fills it: bytes, executable bits, links; nothing but its record stays beside them", async () => {
    await using bench = await published();
    const directory = join(bench.folder, "deep", "target");
    const result = await bench.bale.ensure(bench.reference(), { directory });
    expect(result).toMatchObject({
      outcome: "written",
      reference: bench.reference(),
      removed: [],
      leftOut: [],
    });
    expect(result.written).toEqual([
      ".baleignore",
      "bale.yaml",
      "data/none",
      "data/one.bin",
      "src/latest.py",
      "src/main.py",
      "src/run.sh",
    ]);
    expect(disk(directory)).toEqual(SAMPLE);
    expect(own(directory)).toEqual([".bale-ensure.json"]);
    const record = JSON.parse(readFileSync(join(directory, ".bale-ensure.json"), "utf8"));
    expect(record).toMatchObject({
      complete: true,
      reference: bench.reference(),
      manifest: result.manifest,
      contentDigest: result.contentDigest,
    });
  });

  it("costs one request for a tag and none for a digest when everything is in place, and reads no file", async () => {
    await using bench = await published();
    const directory = join(bench.folder, "target");
    const first = await bench.bale.ensure(bench.reference(), { directory });
    bench.registry.clearLog();
    const events: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent): void => void events.push(event);
    expect(await bench.bale.ensure(bench.reference(), { directory, onProgress })).toMatchObject({
      outcome: "nothing-to-do",
      downloadedBytes: 0,
    });
    expect(bench.registry.log).toHaveLength(1);
    bench.registry.clearLog();
    const pinned = `${bench.registry.host}/acme/app@${first.manifest}`;
    expect((await bench.bale.ensure(pinned, { directory, onProgress, mirror: true })).outcome).toBe(
      "nothing-to-do",
    );
    expect(bench.registry.log).toHaveLength(0);
    expect(events).toEqual([]);
  });

  it("puts a changed, a deleted and a retyped file back, even when the time of the change was set back", async () => {
    await using bench = await published();
    const directory = join(bench.folder, "target");
    await bench.bale.ensure(bench.reference(), { directory });
    writeFileSync(join(directory, "data/one.bin"), "two");
    utimesSync(join(directory, "data/one.bin"), new Date(1e12), new Date(1e12));
    writeFiles(directory, { "src/main.py": null, "src/latest.py": "->run.sh", "src/run.sh": "#!/bin/sh\n" });
    const again = await bench.bale.ensure(bench.reference(), { directory });
    expect(again.written).toEqual(["data/one.bin", "src/latest.py", "src/main.py", "src/run.sh"]);
    expect(disk(directory)).toEqual(SAMPLE);
  });

  it("fetches what a new version changed, and no more", async () => {
    await using bench = await published({ ...SAMPLE, "data/big": "b".repeat(300_000) });
    const directory = join(bench.folder, "target");
    await bench.bale.ensure(bench.reference(), { directory });
    const work = bench.open(join(bench.folder, "work"));
    await work.track({ "src/main.py": "print(2)\n", "src/new.py": "new" });
    await work.push();
    const next = await bench.bale.ensure(bench.reference(), { directory });
    expect(next.written).toEqual(["src/main.py", "src/new.py"]);
    expect(next.downloadedFiles).toBe(2);
    expect(next.downloadedBytes).toBeLessThan(10_000);
  });

  it("leaves other files, and with mirror removes them: empty folders too, links as links, nothing outside", async () => {
    await using bench = await published();
    const directory = join(bench.folder, "target");
    const outside = join(bench.folder, "outside");
    writeFiles(outside, { "keep.txt": "mine" });
    await bench.bale.ensure(bench.reference(), { directory });
    writeFiles(directory, { "notes.txt": "n", "data/more/deep.txt": "d" });
    mkdirSync(join(directory, "empty", "nest"), { recursive: true });
    symlinkSync(outside, join(directory, "door"));
    expect(await bench.bale.ensure(bench.reference(), { directory })).toMatchObject({
      outcome: "nothing-to-do",
      removed: [],
    });
    expect(existsSync(join(directory, "notes.txt"))).toBe(true);
    const mirrored = await bench.bale.ensure(bench.reference(), { directory, mirror: true });
    expect(mirrored).toMatchObject({ outcome: "written", written: [], downloadedFiles: 0 });
    expect(mirrored.removed).toEqual(["data/more/deep.txt", "door", "notes.txt"]);
    expect(disk(directory)).toEqual(SAMPLE);
    expect(readdirSync(directory).sort()).toEqual([
      ".bale-ensure.json",
      ".baleignore",
      "bale.yaml",
      "data",
      "src",
    ]);
    expect(readdirSync(join(directory, "data")).sort()).toEqual(["none", "one.bin"]);
    expect(readFileSync(join(outside, "keep.txt"), "utf8")).toBe("mine");
  });

  it("refuses to replace what differs in a folder that it did not make, names every path, and moves no byte", async () => {
    await using bench = await published();
    const directory = join(bench.folder, "target");
    const mine = { "src/main.py": "mine", "data/one.bin": "mine too", "other.txt": "o" };
    writeFiles(directory, mine);
    const refusal = await failureOf(bench.bale.ensure(bench.reference(), { directory }));
    expect(refusal.code).toBe("WOULD_OVERWRITE");
    expect(refusal.context["paths"]).toEqual(["data/one.bin", "src/main.py"]);
    expect(filesBelow(directory)).toEqual(mine);
    const content = contentBlobs(bench);
    expect(content.length).toBeGreaterThan(0);
    expect(bench.registry.log.filter(({ path }) => content.some((digest) => path.includes(digest)))).toEqual(
      [],
    );
    await bench.bale.ensure(bench.reference(), { directory, overwrite: true });
    expect(disk(directory)).toEqual({ ...SAMPLE, "other.txt": "o" });
    // From now on it is ensure's own.
    writeFileSync(join(directory, "src/main.py"), "changed");
    expect((await bench.bale.ensure(bench.reference(), { directory })).written).toEqual(["src/main.py"]);
  });

  it("adds to a folder of somebody else's where nothing differs", async () => {
    await using bench = await published();
    const directory = join(bench.folder, "target");
    writeFiles(directory, { "src/main.py": "print(1)\n", "other.txt": "o" });
    const result = await bench.bale.ensure(bench.reference(), { directory });
    expect(result.written).not.toContain("src/main.py");
    expect(disk(directory)).toEqual({ ...SAMPLE, "other.txt": "o" });
  });

  it("mirrors nothing away in a folder that it did not make, unless told to overwrite", async () => {
    await using bench = await published();
    const directory = join(bench.folder, "target");
    writeFiles(directory, { "thesis.txt": "years" });
    const refusal = await failureOf(bench.bale.ensure(bench.reference(), { directory, mirror: true }));
    expect(refusal).toMatchObject({ code: "WOULD_OVERWRITE", context: { paths: ["thesis.txt"] } });
    expect(filesBelow(directory)).toEqual({ "thesis.txt": "years" });
    await bench.bale.ensure(bench.reference(), { directory, mirror: true, overwrite: true });
    expect(disk(directory)).toEqual(SAMPLE);
  });

  it("refuses a workspace, the root, the home folder, and with mirror any repository, without a request", async () => {
    await using bench = await published();
    const code = async (directory: string, mirror = false): Promise<string> =>
      (await failureOf(bench.bale.ensure(bench.reference(), { directory, mirror, overwrite: true }))).code;
    expect(await code(join(bench.folder, "work"))).toBe("USAGE");
    expect(await code(join(bench.folder, "work", ".bale", "tmp"))).toBe("USAGE");
    expect(await code("/")).toBe("USAGE");
    expect(await code(homedir())).toBe("USAGE");
    symlinkSync(homedir(), join(bench.folder, "home"));
    expect(await code(join(bench.folder, "home"))).toBe("USAGE");
    const repository = join(bench.folder, "repository");
    writeFiles(repository, { ".git/HEAD": "ref" });
    expect(await code(repository, true)).toBe("USAGE");
    expect(bench.registry.log).toEqual([]);
    const outer = join(bench.folder, "outer");
    writeFiles(outer, { "inner/.git/HEAD": "ref" });
    expect(await code(outer, true)).toBe("WOULD_OVERWRITE");
    expect(existsSync(join(outer, "inner/.git/HEAD"))).toBe(true);
  });

  it("shows nothing of a bundle with wrong bytes, and takes away the folder that it made", async () => {
    await using bench = await published();
    for (const blob of contentBlobs(bench)) await bench.registry.store.corruptBlob("acme/app", blob, 20);
    const directory = join(bench.folder, "a", "b");
    expect((await failureOf(bench.bale.ensure(bench.reference(), { directory }))).kind).toBe("integrity");
    expect(existsSync(join(bench.folder, "a"))).toBe(false);
    const kept = join(bench.folder, "kept");
    writeFiles(kept, { "mine.txt": "m" });
    expect((await failureOf(bench.bale.ensure(bench.reference(), { directory: kept }))).kind).toBe(
      "integrity",
    );
    expect(filesBelow(kept)).toEqual({ "mine.txt": "m" });
  });

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
