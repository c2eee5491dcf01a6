import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Bench, failureOf, openBench } from "../bench.testing.js";

const FILES = { "src/a.py": "print(1)\n", run: "x:#!/bin/sh\n", link: "->run", empty: "" };

async function exported(bench: Bench, tag = "v1"): Promise<string> {
  const work = await bench.work("author");
  await work.track(FILES);
  await work.push({ reference: bench.reference(tag), setUpstream: true });
  const output = join(bench.folder, "bundle.tar");
  await bench.bale.export([bench.reference(tag)], { output });
  return output;
}
async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  yield readFileSync(file);
}

describe("an import", () => {
  it("brings a bundle into another repository, byte for byte, under the archive's tag or another one", async () => {
    await using bench = await openBench();
    const archive = await exported(bench);
    const elsewhere = bench.reference("v1", "elsewhere/app").replace(/:v1$/, "");
    const { digest } = await bench.bale.manifest(bench.reference("v1"));
    expect(await bench.bale.import(archive, elsewhere)).toMatchObject({
      outcome: "imported",
      own: true,
      bundles: [{ name: "v1", manifest: digest, reference: `${elsewhere}:v1`, outcome: "imported" }],
    });
    await bench.bale.import(archive, `${elsewhere}:other`);
    await bench.bale.import(bytesOf(archive), `oci:${join(bench.folder, "layout")}:v1`);
    for (const reference of [
      `${elsewhere}:v1`,
      `${elsewhere}:other`,
      `oci:${join(bench.folder, "layout")}:v1`,
    ]) {
      expect((await bench.bale.manifest(reference)).digest).toBe(digest);
      expect((await bench.bale.verify({ reference, deep: true })).problems).toEqual([]);
    }
    expect(await bench.bale.import(archive, elsewhere)).toMatchObject({ outcome: "nothing-to-do" });
  });

  it("moves no tag that is somewhere else, unless it is told to", async () => {
    await using bench = await openBench();
    const archive = await exported(bench);
    const work = bench.open(join(bench.folder, "author"));
    await work.track({ more: "1\n" });
    await work.push();
    const { digest } = await bench.bale.manifest(bench.reference("v1"));
    const failure = await failureOf(bench.bale.import(archive, bench.reference("v1")));
    expect(failure.code).toBe("TAG_MOVED");
    expect((await bench.bale.manifest(bench.reference("v1"))).digest).toBe(digest);
    await bench.bale.import(archive, bench.reference("v1"), { force: true });
    expect((await bench.bale.manifest(bench.reference("v1"))).digest).not.toBe(digest);
  });

  it("makes a workspace that follows what bale.yaml says, and pulls updates from archives without changing whom it follows", async () => {
    await using bench = await openBench();
    const archive = await exported(bench);
    const directory = join(bench.folder, "imported");
    expect(await bench.bale.import(archive, undefined, { into: directory })).toMatchObject({
      outcome: "imported",
      directory,
    });
    const work = bench.open(directory);
    expect(work.disk()).toEqual(bench.open(join(bench.folder, "author")).disk());
    expect(await work.status()).toMatchObject({ changes: [], remote: { state: "reached" } });
    const author = bench.open(join(bench.folder, "author"));
    await author.track({ "src/a.py": "print(2)\n" });
    await author.push();
    await bench.bale.export([bench.reference("v1")], { output: archive });
    expect(await work.pull({ reference: archive })).toMatchObject({ written: ["src/a.py"] });
    const clone = await bench.clone("clone", { reference: bench.reference("v1") });
    await clone.pull({ reference: archive });
    expect((await clone.status()).upstream).toBe(bench.reference("v1"));
    expect((await failureOf(work.push({ reference: archive }))).code).toBe("USAGE");
  });

  it("shows nothing of an archive that is damaged, anywhere", async () => {
    await using bench = await openBench();
    const archive = await exported(bench);
    const bytes = readFileSync(archive);
    bytes[bytes.length - 3000] = (bytes[bytes.length - 3000] as number) ^ 1;
    writeFileSync(archive, bytes);
    const layout = join(bench.folder, "layout");
    const directory = join(bench.folder, "workspace");
    const log = bench.registry.log.length;
    for (const work of [
      () => bench.bale.import(archive, bench.reference("v1", "elsewhere/app")),
      () => bench.bale.import(archive, `oci:${layout}`),
      () => bench.bale.import(archive, undefined, { into: directory }),
      () => bench.bale.import(bytesOf(archive), `oci:${layout}`),
      () => bench.bale.ls(archive),
    ])
      expect((await failureOf(work())).kind).toBe("integrity");
    expect(existsSync(layout)).toBe(false);
    expect(existsSync(directory)).toBe(false);
    expect(bench.registry.log.length).toBe(log);
    expect(createHash("sha256").update(readFileSync(archive)).digest("hex")).toBe(
      createHash("sha256").update(bytes).digest("hex"),
    );
  });

  it("only says what it would do, when asked", async () => {
    await using bench = await openBench();
    const archive = await exported(bench);
    const layout = join(bench.folder, "layout");
    const result = await bench.bale.import(archive, `oci:${layout}`, { dryRun: true });
    expect(result).toMatchObject({ outcome: "dry-run", bundles: [{ reference: `oci:${layout}:v1` }] });
    expect(existsSync(layout)).toBe(false);
  });

  it("is asked for one bundle of several by tag or digest", async () => {
    await using bench = await openBench();
    const archive = await exported(bench);
    const work = bench.open(join(bench.folder, "author"));
    await work.track({ more: "1\n" });
    await work.push({ reference: bench.reference("v2") });
    const both = join(bench.folder, "both.tar");
    await bench.bale.export([bench.reference("v1"), bench.reference("v2")], { output: both });
    const layout = `oci:${join(bench.folder, "layout")}`;
    expect((await failureOf(bench.bale.import(both, `${layout}:x`))).code).toBe("USAGE");
    expect((await failureOf(bench.bale.import(`${both}:v3`, layout))).code).toBe("NOT_FOUND");
    await bench.bale.import(`${both}:v2`, `${layout}:x`);
    expect(await bench.bale.tags(layout)).toEqual(["x"]);
    await bench.bale.import(both, layout);
    expect(await bench.bale.tags(layout)).toEqual(["v1", "v2", "x"]);
    expect((await failureOf(bench.bale.import(archive, undefined))).code).toBe("USAGE");
    expect((await failureOf(bench.bale.import(archive, both))).code).toBe("USAGE");
  });
});

describe("an archive as a reference", () => {
  it("is listed, shown, read, compared, verified, ensured, copied from and to", async () => {
    await using bench = await openBench();
    const archive = await exported(bench);
    expect((await bench.bale.ls(archive)).files.map(({ path }) => path)).toEqual([
      ".baleignore",
      "bale.yaml",
      "empty",
      "link",
      "run",
      "src/a.py",
    ]);
    expect(await bench.bale.show(archive)).toMatchObject({ bale: true, files: 6 });
    const { content } = await bench.bale.cat(`${archive}//src/a.py`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("print(1)\n");
    expect((await bench.bale.diff({ a: archive, b: bench.reference("v1") })).changes).toEqual([]);
    expect((await bench.bale.verify({ reference: archive, deep: true })).problems).toEqual([]);
    expect((await bench.bale.log(archive)).entries).toHaveLength(1);
    const ensured = join(bench.folder, "ensured");
    expect(await bench.bale.ensure(archive, { directory: ensured })).toMatchObject({ outcome: "written" });
    const copied = join(bench.folder, "copied.tar");
    expect(await bench.bale.copy(archive, copied)).toMatchObject({ outcome: "copied" });
    expect(readFileSync(copied).equals(readFileSync(archive))).toBe(true);
    expect((await failureOf(bench.bale.copy(archive, copied))).code).toBe("WOULD_OVERWRITE");
    await bench.bale.copy(archive, copied, { force: true });
    await bench.bale.copy(copied, bench.reference("v9"));
    expect((await bench.bale.manifest(bench.reference("v9"))).digest).toBe(
      (await bench.bale.manifest(archive)).digest,
    );
    expect((await failureOf(bench.bale.tag(archive, "v2"))).code).toBe("CAPABILITY_MISSING");
    expect((await failureOf(bench.bale.ls(join(bench.folder, "none.tar")))).code).toBe("NOT_FOUND");
  });
});
