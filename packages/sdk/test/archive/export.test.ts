import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Bench, failureOf, openBench } from "../bench.testing.js";

const YAML = 'layers: { code: ["src/**"], data: ["data/**"] }\nroles: { runtime: [code] }\n';
const FILES = {
  "src/a.py": "print(1)\n",
  "src/run": "x:#!/bin/sh\n",
  "src/link": "->a.py",
  "data/large.bin": Buffer.alloc(1_200_000, "no pattern that a pack would take "),
  "data/x.csv": "1,2\n".repeat(50),
};

async function pushed(bench: Bench): Promise<string> {
  const work = await bench.work("author", YAML);
  await work.track(FILES);
  await work.push({ reference: bench.reference("v1"), setUpstream: true });
  return bench.reference("v1");
}

function sum(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

describe("an export", () => {
  it("is one file everywhere: from a registry, from a layout, from an archive, with and without compression", async () => {
    await using bench = await openBench();
    const reference = await pushed(bench);
    const file = (name: string): string => join(bench.folder, name);
    const layout = `oci:${file("layout")}:v1`;
    await bench.bale.copy(reference, layout);
    const first = await bench.bale.export([reference], { output: file("a.tar") });
    await bench.bale.export([layout], { output: file("b.tar") });
    await bench.bale.export([file("a.tar")], { output: file("c.tar") });
    await bench.bale.export([`${file("a.tar")}:v1`], { output: file("d.tar") });
    await bench.bale.import(file("a.tar"), `${bench.reference("v1").replace(/:v1$/, "-again")}`);
    await bench.bale.export([bench.reference("v1").replace(/:v1$/, "-again:v1")], { output: file("e.tar") });
    for (const name of ["b.tar", "c.tar", "d.tar", "e.tar"])
      expect(sum(file(name)), name).toBe(sum(file("a.tar")));
    expect(first).toMatchObject({
      outcome: "exported",
      digest: `sha256:${sum(file("a.tar"))}`,
      size: readFileSync(file("a.tar")).length,
      bundles: [{ reference, name: "v1" }],
    });
    for (const [name, from] of [
      ["a.tar.gz", reference],
      ["b.tgz", file("a.tar")],
      ["c.tar.gz", `${file("a.tar.gz")}`],
    ] as const)
      await bench.bale.export([from], { output: file(name) });
    for (const name of ["b.tgz", "c.tar.gz"]) expect(sum(file(name)), name).toBe(sum(file("a.tar.gz")));
    expect(gunzipSync(readFileSync(file("a.tar.gz"))).equals(readFileSync(file("a.tar")))).toBe(true);
    expect(await bench.bale.export([reference], { output: file("x.tar"), dryRun: true })).toMatchObject({
      outcome: "dry-run",
      size: first.size,
      blobs: first.blobs,
    });
    expect(existsSync(file("x.tar"))).toBe(false);
    expect(readdirSync(bench.folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("takes a role only: the same file from a registry and from an archive, without a byte of other layers", async () => {
    await using bench = await openBench();
    const reference = await pushed(bench);
    const [whole, part, again] = ["whole.tar", "part.tar", "again.tar"].map((name) =>
      join(bench.folder, name),
    ) as [string, string, string];
    await bench.bale.export([reference], { output: whole });
    const result = await bench.bale.export([reference], { output: part, roles: ["runtime"] });
    expect(result.leftOut).toEqual(["data"]);
    await bench.bale.export([whole], { output: again, roles: ["runtime"] });
    expect(sum(again)).toBe(sum(part));
    expect(readFileSync(part).length).toBeLessThan(100_000);
    expect((await bench.bale.ls(part)).files.map(({ path }) => path)).toEqual([
      ".baleignore",
      "bale.yaml",
      "src/a.py",
      "src/link",
      "src/run",
    ]);
    expect((await bench.bale.verify({ reference: part, deep: true })).problems).toEqual([]);
    expect((await failureOf(bench.bale.export([reference], { output: part, roles: ["none"] }))).code).toBe(
      "ROLE_UNKNOWN",
    );
  });

  it("holds several references; those with one tag are told apart by their repositories", async () => {
    await using bench = await openBench();
    await pushed(bench);
    const other = await bench.work("other");
    await other.track({ only: "here\n" });
    await other.push({ reference: bench.reference("v2", "acme/other"), tags: ["v1"] });
    const output = join(bench.folder, "several.tar");
    const references = [bench.reference("v1"), bench.reference("v2", "acme/other")];
    await bench.bale.export(references, { output });
    const first = sum(output);
    await bench.bale.export([...references].reverse(), { output });
    expect(sum(output)).toBe(first);
    expect(await bench.bale.tags(output)).toEqual(["v1", "v2"]);
    expect((await bench.bale.ls(`${output}:v2`)).files.map(({ path }) => path)).toContain("only");
    expect((await failureOf(bench.bale.ls(output))).code).toBe("USAGE");
    expect((await failureOf(bench.bale.ls(`${output}:v3`))).code).toBe("NOT_FOUND");
    const same = await bench.bale.export([bench.reference("v1"), bench.reference("v1", "acme/other")], {
      output,
    });
    expect(same.bundles.map(({ name }) => name)).toEqual([
      `${bench.reference("v1").replace(/^[^/]*\/|:v1$/g, "")}:v1`,
      "acme/other:v1",
    ]);
    expect((await failureOf(bench.bale.manifest(`${output}:v1`))).code).toBe("MANIFEST_INVALID");
    const manifest = same.bundles[1]?.manifest;
    expect((await bench.bale.manifest(`${output}@${manifest}`)).digest).toBe(manifest);
  });

  it("writes a plain tar of the files, the same from everywhere", async () => {
    await using bench = await openBench();
    const reference = await pushed(bench);
    const [one, two, archive] = ["one.tar", "two.tar", "bundle.tar"].map((name) =>
      join(bench.folder, name),
    ) as [string, string, string];
    expect(await bench.bale.export([reference], { output: one, files: true })).toMatchObject({
      files: 7,
      blobs: 0,
    });
    await bench.bale.export([reference], { output: archive });
    await bench.bale.export([archive], { output: two, files: true });
    expect(sum(two)).toBe(sum(one));
    const { size } = await bench.bale.export([reference], { output: two, files: true, dryRun: true });
    expect(size).toBe(readFileSync(one).length);
    expect(
      (await failureOf(bench.bale.export([reference, archive], { output: two, files: true }))).code,
    ).toBe("USAGE");
  });

  it("never shows a part of itself, and leaves what was there when it fails", async () => {
    await using bench = await openBench();
    const reference = await pushed(bench);
    const output = join(bench.folder, "out.tar");
    writeFileSync(output, "precious");
    const layout = join(bench.folder, "layout");
    await bench.bale.copy(reference, `oci:${layout}:v1`);
    const blobs = join(layout, "blobs/sha256");
    const { bytes } = await bench.bale.manifest(reference);
    const layers = (JSON.parse(Buffer.from(bytes).toString()) as { layers: { digest: string }[] }).layers;
    const file = join(blobs, layers.at(-1)?.digest.slice(7) ?? "");
    const content = readFileSync(file);
    content[0] = (content[0] as number) ^ 1;
    writeFileSync(file, content);
    const failure = await failureOf(bench.bale.export([`oci:${layout}:v1`], { output }));
    expect(failure.code).toBe("DIGEST_MISMATCH");
    expect(readFileSync(output, "utf8")).toBe("precious");
    expect(readdirSync(bench.folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("refuses places where it cannot or must not be", async () => {
    await using bench = await openBench();
    const reference = await pushed(bench);
    const code = async (output: string, from = reference, replace = true): Promise<string> =>
      (await failureOf(bench.bale.export([from], { output, replace }))).code;
    const layout = join(bench.folder, "layout");
    await bench.bale.copy(reference, `oci:${layout}:v1`);
    expect(await code(join(layout, "x.tar"), `oci:${layout}:v1`)).toBe("USAGE");
    symlinkSync(layout, join(bench.folder, "way-in"));
    expect(await code(join(bench.folder, "way-in", "x.tar"), `oci:${layout}:v1`)).toBe("USAGE");
    expect(await code(join(bench.folder, "missing", "x.tar"))).toBe("NOT_FOUND");
    mkdirSync(join(bench.folder, "folder.tar"));
    expect(await code(join(bench.folder, "folder.tar"))).toBe("USAGE");
    writeFileSync(join(bench.folder, "there.tar"), "");
    expect(await code(join(bench.folder, "there.tar"), reference, false)).toBe("WOULD_OVERWRITE");
    const author = await bench.bale.workspace(join(bench.folder, "author"));
    expect((await failureOf(author.export({ output: join(author.root, "src", "x.tar") }))).code).toBe(
      "USAGE",
    );
  });

  it("pours into a function, and stops when that fails", async () => {
    await using bench = await openBench();
    const reference = await pushed(bench);
    const chunks: Uint8Array[] = [];
    const result = await bench.bale.export([reference], {
      output: async (chunk) => void chunks.push(Uint8Array.from(chunk)),
    });
    const digest = createHash("sha256").update(Buffer.concat(chunks)).digest("hex");
    expect(result).toMatchObject({ output: undefined, digest: `sha256:${digest}` });
    await expect(
      bench.bale.export([reference], { output: async () => Promise.reject(new Error("closed")) }),
    ).rejects.toThrow("closed");
  });

  it("takes the working tree as it is, and changes nothing in the workspace", async () => {
    await using bench = await openBench();
    await pushed(bench);
    const work = bench.open(join(bench.folder, "author"));
    work.write({ "src/a.py": "print(2)\n" });
    const before = await work.status();
    const output = join(bench.folder, "tree.tar");
    const workspace = await bench.bale.workspace(work.root);
    const result = await workspace.export({ output });
    expect(result.bundles).toMatchObject([{ reference: ".", name: "v1" }]);
    expect(await work.status()).toEqual(before);
    const copy = await bench.clone("copy", { reference: output });
    expect(copy.disk()).toEqual(work.disk());
    const digest = sum(output);
    await workspace.export({ output });
    expect(sum(output)).toBe(digest);
  });
});
