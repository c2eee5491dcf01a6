import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Bench, failureOf, filesBelow, openBench } from "../bench.testing.js";

const YAML = 'layers: { code: ["src/**"], data: ["data/**"] }\nroles: { runtime: [code] }\n';
const FILES = {
  "src/a.py": "print(1)\n",
  "src/run": "x:#!/bin/sh\n",
  "src/deep/link": "->../a.py",
  "data/x.csv": "1,2\n".repeat(50_000),
};

interface Described {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
}

async function pushed(bench: Bench): Promise<string> {
  const work = await bench.work("author", YAML);
  await work.track(FILES);
  await work.push({ reference: bench.reference("v1"), setUpstream: true });
  return bench.reference("v1");
}

/** The image in a layout, read without any code of the project. */
function readImage(layout: string, digest: string) {
  const blob = (of: string): Buffer => {
    const bytes = readFileSync(join(layout, "blobs/sha256", of.slice(7)));
    expect(`sha256:${createHash("sha256").update(bytes).digest("hex")}`).toBe(of);
    return bytes;
  };
  const manifest = JSON.parse(blob(digest).toString()) as { config: Described; layers: Described[] };
  const config = JSON.parse(blob(manifest.config.digest).toString()) as {
    os: string;
    architecture: string;
    rootfs: { type: string; diff_ids: string[] };
  };
  return { manifest, config, tars: manifest.layers.map((layer) => gunzipSync(blob(layer.digest))) };
}

describe("a copy as an image", () => {
  it("has the files of the bundle as its file system, and the right diff_ids", async () => {
    await using bench = await openBench();
    const layout = join(bench.folder, "image");
    const result = await bench.bale.copy(await pushed(bench), `oci:${layout}:v1`, { as: "image" });
    const { manifest, config, tars } = readImage(layout, result.manifest);
    expect(manifest.config.mediaType).toBe("application/vnd.oci.image.config.v1+json");
    expect(manifest.layers.map(({ mediaType }) => mediaType)).toEqual(
      Array(3).fill("application/vnd.oci.image.layer.v1.tar+gzip"),
    );
    expect(config).toMatchObject({ os: "linux", architecture: "amd64", rootfs: { type: "layers" } });
    expect(config.rootfs.diff_ids).toEqual(
      tars.map((tar) => `sha256:${createHash("sha256").update(tar).digest("hex")}`),
    );
    const root = join(bench.folder, "root");
    mkdirSync(root);
    for (const tar of tars) execFileSync("tar", ["-xf", "-", "-C", root], { input: tar });
    const found = filesBelow(root);
    expect(found["src/run"]).toBe(FILES["src/run"]);
    expect(found["src/deep/link"]).toBe(FILES["src/deep/link"]);
    expect(found["data/x.csv"]).toBe(FILES["data/x.csv"]);
    expect(Object.keys(found).sort()).toEqual([".baleignore", "bale.yaml", ...Object.keys(FILES)].sort());
  });

  it("is the same image from a registry and from an archive, with one layer for each layer of the bundle", async () => {
    await using bench = await openBench();
    const reference = await pushed(bench);
    const archive = join(bench.folder, "bundle.tar");
    await bench.bale.export([reference], { output: archive });
    const first = await bench.bale.copy(reference, bench.reference("image"), { as: "image" });
    const second = await bench.bale.copy(archive, `oci:${join(bench.folder, "layout")}:image`, {
      as: "image",
    });
    expect(second.manifest).toBe(first.manifest);
    expect(await bench.bale.copy(archive, bench.reference("image"), { as: "image" })).toMatchObject({
      outcome: "nothing-to-do",
    });
    const work = bench.open(join(bench.folder, "author"));
    await work.track({ "src/a.py": "print(2)\n" });
    await work.push();
    const next = await bench.bale.copy(reference, bench.reference("image2"), { as: "image" });
    // The layer of the code and the configuration; the large data layer is there.
    expect(next).toMatchObject({ copiedBlobs: 2, reusedBlobs: 2 });
    expect(
      (await failureOf(bench.bale.copy(reference, bench.reference("image"), { as: "image" }))).code,
    ).toBe("TAG_MOVED");
  });

  it("takes a part, several platforms, and an archive as its destination", async () => {
    await using bench = await openBench();
    const reference = await pushed(bench);
    const layout = join(bench.folder, "image");
    const result = await bench.bale.copy(reference, `oci:${layout}:v1`, {
      as: "image",
      roles: ["runtime"],
      imagePlatforms: ["linux/amd64", "linux/arm64/v8"],
    });
    const index = JSON.parse(
      readFileSync(join(layout, "blobs/sha256", result.manifest.slice(7)), "utf8"),
    ) as {
      manifests: (Described & { platform: object })[];
    };
    expect(index.manifests.map(({ platform }) => platform)).toEqual([
      { os: "linux", architecture: "amd64" },
      { os: "linux", architecture: "arm64", variant: "v8" },
    ]);
    const [amd, arm] = index.manifests.map(({ digest }) => readImage(layout, digest));
    expect(arm?.manifest.layers).toEqual(amd?.manifest.layers);
    expect(amd?.manifest.layers).toHaveLength(2);
    const output = join(bench.folder, "image.tar");
    const written = await bench.bale.copy(reference, output, { as: "image" });
    expect(await bench.bale.import(output, `oci:${join(bench.folder, "again")}`)).toMatchObject({
      own: true,
      bundles: [{ name: "v1", manifest: written.manifest }],
    });
    expect(
      (
        await failureOf(
          bench.bale.copy(reference, `oci:${layout}:x`, { as: "image", imagePlatforms: ["linux"] }),
        )
      ).code,
    ).toBe("USAGE");
  });

  it("refuses names that runtimes take for removals", async () => {
    await using bench = await openBench();
    const work = await bench.work("author");
    await work.track({ "a/.wh.b": "1" });
    await work.push({ reference: bench.reference("v1") });
    const failure = await failureOf(
      bench.bale.copy(bench.reference("v1"), bench.reference("image"), { as: "image" }),
    );
    expect(failure.code).toBe("NAME_UNPORTABLE");
  });
});
