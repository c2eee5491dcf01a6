import { contentDigest, encodeRoot, parseRoot } from "@bale/core";
import type { Digest, LayerName } from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import { describe, expect, it } from "vitest";
import { type Bench, type Files, failureOf, openBench } from "../bench.testing.js";
import { contentBlobs, manifestOf, tables } from "./registry-damage.testing.js";

const YAML = "layers: { code: ['src/**'], data: ['data/**'] }\nroles: { runtime: [code] }\n";
const SAMPLE: Files = {
  "src/main.py": "print(1)\n",
  "src/run.sh": "x:#!/bin/sh\n",
  "src/link": "->main.py",
  "data/one.bin": "one",
  "data/two.bin": Buffer.alloc(2_000_000, 7),
};

async function published(): Promise<Bench> {
  const bench = await openBench();
  const work = await bench.work("work", YAML);
  await work.track(SAMPLE);
  await work.push();
  bench.registry.clearLog();
  return bench;
}

/** Publishes the same bundle with one layer's digest changed, and everything above it made to agree. */
async function withWrongLayerDigest(bench: Bench): Promise<void> {
  const { store } = bench.registry;
  const manifest = manifestOf(bench);
  const root = parseRoot((await store.readBlob("acme/app", manifest.config.digest)) ?? Buffer.alloc(0));
  const wrong = `sha256:${"0".repeat(64)}` as Digest;
  const layers = new Map(
    [...root.layers].map(([name, layer]) => [
      name,
      name === ("data" as LayerName) ? { ...layer, digest: wrong } : layer,
    ]),
  );
  const digest = contentDigest({ layers, roles: root.roles, defaultRole: root.defaultRole }, nodeHasher);
  const bytes = encodeRoot({ ...root, layers, contentDigest: digest });
  const config = { ...manifest.config, digest: store.putBlob("acme/app", bytes), size: bytes.length };
  const text = JSON.stringify({
    ...manifest,
    config,
    annotations: { "dev.bale.content": digest, "dev.bale.parent": "none" },
  });
  store.putManifest("acme/app", Buffer.from(text), {
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    tag: "v1",
  });
}

describe("verify of a reference", () => {
  it("finds nothing wrong with a whole bundle, and reads content only with deep", async () => {
    await using bench = await published();
    const shallow = await bench.bale.verify({ reference: bench.reference() });
    expect(shallow).toMatchObject({
      subject: bench.reference(),
      problems: [],
      checkedFiles: 7,
      checkedBytes: 0,
    });
    expect(shallow.layers.map(({ name, files, ok }) => [name, files, ok])).toEqual([
      ["bale", 2, true],
      ["code", 3, true],
      ["data", 2, true],
    ]);
    expect(shallow.checkedBlobs).toBe(manifestOf(bench).layers.length + 1);
    const read = (): boolean =>
      bench.registry.log.some(
        ({ method, path }) => method === "GET" && contentBlobs(bench).some((digest) => path.includes(digest)),
      );
    expect(read()).toBe(false);
    const deep = await bench.bale.verify({ reference: bench.reference(), deep: true });
    expect(deep.problems).toEqual([]);
    expect(deep.checkedBytes).toBeGreaterThan(2_000_000);
    expect(read()).toBe(true);
  });

  it("names each blob that is gone and who needs it, and goes on", async () => {
    await using bench = await published();
    for (const digest of contentBlobs(bench)) bench.registry.store.deleteBlob("acme/app", digest);
    const result = await bench.bale.verify({ reference: bench.reference(), deep: true });
    expect(result.problems.map(({ code }) => code)).toEqual(contentBlobs(bench).map(() => "BLOB_MISSING"));
    expect(new Set(result.problems.map(({ blob }) => blob))).toEqual(new Set(contentBlobs(bench)));
    expect(result.problems.map(({ message }) => message).join("\n")).toContain("data/two.bin");
    expect(result.layers.every(({ ok }) => ok)).toBe(true);
  });

  it("reports a blob of another size as missing", async () => {
    await using bench = await published();
    const [digest] = contentBlobs(bench, "data");
    bench.registry.store.replaceBlob("acme/app", digest as string, Buffer.from("short"));
    const result = await bench.bale.verify({ reference: bench.reference() });
    expect(result.problems.map(({ blob, code }) => [blob, code])).toEqual([[digest, "BLOB_MISSING"]]);
  });

  it("finds every damaged file with deep, once each, and no other", async () => {
    await using bench = await openBench();
    const work = await bench.work("work", "pack: { compression: none }\n");
    const names = Array.from({ length: 40 }, (_, index) => `f${String(index).padStart(2, "0")}.txt`);
    await work.track(Object.fromEntries(names.map((name) => [name, `content of ${name}`.repeat(20)])));
    await work.push();
    for (const digest of contentBlobs(bench)) {
      const bytes = (await bench.registry.store.readBlob("acme/app", digest)) ?? Buffer.alloc(0);
      for (const name of ["f03.txt", "f31.txt"]) {
        const at = bytes.indexOf(`content of ${name}`);
        if (at >= 0) await bench.registry.store.corruptBlob("acme/app", digest, at + 3);
      }
    }
    expect((await bench.bale.verify({ reference: bench.reference() })).problems).toEqual([]);
    const deep = await bench.bale.verify({ reference: bench.reference(), deep: true });
    expect(deep.problems.map(({ path, code }) => [path, code])).toEqual([
      ["f03.txt", "DIGEST_MISMATCH"],
      ["f31.txt", "DIGEST_MISMATCH"],
    ]);
  });

  it("reports damage that is in no file as the blob's", async () => {
    await using bench = await openBench();
    const work = await bench.work("work", "pack: { compression: none }\n");
    await work.track({ "a.txt": "aaa", "b.txt": "bbb" });
    await work.push();
    const [pack] = contentBlobs(bench, "default");
    const bytes = (await bench.registry.store.readBlob("acme/app", pack as string)) ?? Buffer.alloc(0);
    // The name in the tar header: no byte of a file.
    await bench.registry.store.corruptBlob("acme/app", pack as string, bytes.indexOf("a.txt"));
    const deep = await bench.bale.verify({ reference: bench.reference(), deep: true });
    expect(deep.problems).toHaveLength(1);
    expect(deep.problems[0]).toMatchObject({ code: "DIGEST_MISMATCH" });
    expect(deep.problems[0]?.path).toBeUndefined();
  });

  it("proves a role without a request for another layer", async () => {
    await using bench = await published();
    for (const digest of [...contentBlobs(bench, "data"), ...tables(bench, "data")])
      bench.registry.store.deleteBlob("acme/app", digest);
    const result = await bench.bale.verify({ reference: bench.reference(), roles: ["runtime"], deep: true });
    expect(result.problems).toEqual([]);
    expect(result.layers.map(({ name, ok }) => [name, ok])).toEqual([
      ["bale", true],
      ["code", true],
    ]);
    expect((await failureOf(bench.bale.verify({ reference: bench.reference() }))).code).toBe("BLOB_MISSING");
    expect((await failureOf(bench.bale.verify({ reference: bench.reference(), roles: ["none"] }))).code).toBe(
      "ROLE_UNKNOWN",
    );
  });

  it("looks with globs only at the files that they match", async () => {
    await using bench = await published();
    for (const digest of contentBlobs(bench, "data")) bench.registry.store.deleteBlob("acme/app", digest);
    const result = await bench.bale.verify({ reference: bench.reference(), paths: ["src/**"], deep: true });
    expect(result).toMatchObject({ problems: [], checkedFiles: 3 });
  });

  it("throws for damage in root and tables, whatever an earlier command has seen", async () => {
    await using bench = await published();
    await bench.bale.verify({ reference: bench.reference() });
    await bench.registry.store.corruptBlob("acme/app", tables(bench, "code")[0] as string);
    expect((await failureOf(bench.bale.verify({ reference: bench.reference() }))).kind).toBe("integrity");
    await using other = await published();
    await other.registry.store.corruptBlob("acme/app", manifestOf(other).config.digest, 30);
    expect((await failureOf(other.bale.verify({ reference: other.reference() }))).kind).toBe("integrity");
  });

  it("recomputes each layer's digest from its rows", async () => {
    await using bench = await published();
    await withWrongLayerDigest(bench);
    const result = await bench.bale.verify({ reference: bench.reference() });
    expect(result.layers.map(({ name, ok }) => [name, ok])).toEqual([
      ["bale", true],
      ["code", true],
      ["data", false],
    ]);
    expect(result.problems.map(({ code }) => code)).toEqual(["DIGEST_MISMATCH"]);
  });
});
