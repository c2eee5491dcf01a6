import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ProgressEvent } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { failureOf, filesBelow, writeFiles } from "../bench.testing.js";
import { disk, own, published, SAMPLE } from "./ensure.testing.js";
import { contentBlobs } from "./registry-damage.testing.js";

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
});
