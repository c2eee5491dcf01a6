import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { failureOf, filesBelow } from "../bench.testing.js";
import { blobsOn, hybrid } from "../stores/hybrid.testing.js";

const sum = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

describe("an archive of a bundle that lies in several stores", () => {
  it("holds all of it, the same from everywhere, and needs no store and no trust", async () => {
    await using place = await hybrid();
    const { bench } = place;
    const [archive, again, third] = ["a.tar", "b.tar", "c.tar"].map((name) => join(bench.folder, name)) as [
      string,
      string,
      string,
    ];
    const result = await bench.bale.export([bench.reference()], { output: archive });
    expect(result).toMatchObject({ externalBlobs: 2, leftOutBlobs: 0 });
    const layout = `oci:${join(bench.folder, "layout")}:v1`;
    await bench.bale.copy(bench.reference(), layout, { external: "copy" });
    const files = place.mine.disk();
    rmSync(place.shelf, { recursive: true });
    await using stranger = place.strangers();
    await stranger.export([archive], { output: again });
    await stranger.export([layout], { output: third });
    expect([sum(again), sum(third)]).toEqual([sum(archive), sum(archive)]);
    expect((await stranger.verify({ reference: archive, deep: true })).problems).toEqual([]);
    const directory = join(bench.folder, "imported");
    await stranger.import(archive, undefined, { into: directory });
    expect(filesBelow(directory, new Set([".bale", "bale.yaml", ".baleignore"]))).toEqual(files);
    const part = await stranger.export([archive], { output: third, roles: ["dev"] });
    expect(part.externalBlobs).toBe(0);
  });

  it("leaves external blobs out when told to, and says so", async () => {
    await using place = await hybrid();
    const { bench } = place;
    const output = join(bench.folder, "a.tar");
    const result = await bench.bale.export([bench.reference()], { output, external: false });
    expect(result).toMatchObject({ externalBlobs: 0, leftOutBlobs: 2 });
    const target = bench.reference("v1", "acme/elsewhere");
    expect(await bench.bale.import(output, target)).toMatchObject({ externalBlobs: 0, missingBlobs: 2 });
    expect((await bench.bale.verify({ reference: target, deep: true })).problems).toEqual([]);
  });

  it("brings external blobs back to their stores, or beside the others into a layout", async () => {
    await using place = await hybrid();
    const { bench, shelf } = place;
    const archive = join(bench.folder, "a.tar");
    await bench.bale.export([bench.reference()], { output: archive });
    const before = blobsOn(shelf);
    rmSync(shelf, { recursive: true });
    await using stranger = place.strangers();
    expect((await failureOf(stranger.import(archive, bench.reference("v1", "acme/other")))).code).toBe(
      "STORE_UNTRUSTED",
    );
    const target = bench.reference("v1", "acme/elsewhere");
    expect(await bench.bale.import(archive, target)).toMatchObject({ externalBlobs: 2, missingBlobs: 0 });
    expect(blobsOn(shelf)).toEqual(before);
    expect((await bench.bale.verify({ reference: target, deep: true })).problems).toEqual([]);
    rmSync(shelf, { recursive: true });
    const layout = `oci:${join(bench.folder, "layout")}:v1`;
    expect(await stranger.import(archive, layout)).toMatchObject({ externalBlobs: 2 });
    expect((await stranger.verify({ reference: layout, deep: true })).problems).toEqual([]);
  });
});
