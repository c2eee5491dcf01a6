import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { failureOf, openBench } from "../bench.testing.js";
import { blobsOn, FILES, hybrid, yaml } from "./hybrid.testing.js";

describe("rules", () => {
  it("choose by glob and size, the first that matches; the registry is the default", async () => {
    await using place = await hybrid();
    const { files } = await place.bench.bale.ls(place.bench.reference());
    const stores = Object.fromEntries(
      files.filter((file) => file.layer !== "bale").map((file) => [file.path, file.stores]),
    );
    expect(stores).toEqual({
      "data/a.bin": ["shelf"],
      "data/big": ["cellar"],
      "data/small": ["registry"],
      "src/b.bin": ["registry"],
      "src/big": ["registry"],
    });
  });

  it("the declarations stay in the registry, whatever a rule says", async () => {
    await using bench = await openBench({
      client: ({ folder }) => ({ user: { trustedStores: [`fs:${folder}/shelf`] } }),
    });
    const mine = await bench.work(
      "mine",
      `storage: { stores: { shelf: { type: fs, path: ${bench.folder}/shelf } }, rules: [{ match: "**", store: shelf }] }\n`,
    );
    await mine.track({ a: "1" });
    await mine.push();
    const { files } = await bench.bale.ls(bench.reference());
    expect(files.map((file) => [file.path, file.stores])).toEqual([
      [".baleignore", ["registry"]],
      ["a", ["shelf"]],
      ["bale.yaml", ["registry"]],
    ]);
  });

  it("act on new blobs only: a change of the rules moves nothing", async () => {
    await using place = await hybrid();
    const before = blobsOn(place.shelf);
    place.mine.write({
      "bale.yaml": `ref: ${place.bench.reference()}\n${yaml({ folder: place.bench.folder, host: place.bench.registry.host }).replace(/ {2}rules:[\s\S]*$/, "  rules: []\n")}`,
    });
    expect((await place.mine.push()).outcome).toBe("pushed");
    expect(blobsOn(place.shelf)).toEqual(before);
    const { files } = await place.bench.bale.ls(place.bench.reference());
    expect(files.find((file) => file.path === "data/a.bin")?.stores).toEqual(["shelf"]);
  });

  it("external blobs are no manifest layers, and lie under their digest in the prefix of the store", async () => {
    await using place = await hybrid();
    const manifest = String(place.bench.registry.store.manifest("acme/app", "v1")?.bytes);
    const blobs = blobsOn(place.shelf);
    expect(blobs).toHaveLength(1);
    for (const blob of blobs) {
      expect(blob).toMatch(/^([0-9a-f]{2})\/([0-9a-f]{2})\/\1\2[0-9a-f]{60}$/);
      expect(manifest).not.toContain(blob.slice(6));
    }
    for (const digest of place.bench.registry.store.blobs("acme/cellar"))
      expect(manifest).not.toContain(digest);
    expect(place.bench.registry.store.blobs("acme/cellar")).toHaveLength(1);
  });

  it("do not change the identity of a layer", async () => {
    await using place = await hybrid();
    const layers = async (reference: string): Promise<unknown> =>
      (await place.bench.bale.show(reference)).layers
        .filter((layer) => layer.name !== "bale")
        .map((layer) => [layer.name, layer.digest]);
    const plain = await place.bench.work(
      "plain",
      yaml({ folder: place.bench.folder, host: place.bench.registry.host }).replace(/storage:[\s\S]*$/, ""),
    );
    await plain.track(FILES);
    await plain.push({ reference: place.bench.reference("plain") });
    expect(await layers(place.bench.reference("plain"))).toEqual(await layers(place.bench.reference()));
  });
});

describe("the index of a bundle", () => {
  it("describes the stores that it uses, and nothing else of bale.yaml", async () => {
    await using place = await hybrid();
    const { stores } = await place.bench.bale.show(place.bench.reference());
    expect(stores).toEqual([
      { name: "cellar", type: "oci" },
      { name: "shelf", type: "fs" },
    ]);
    const manifest = JSON.parse(String(place.bench.registry.store.manifest("acme/app", "v1")?.bytes)) as {
      config: { digest: string };
    };
    const root = JSON.parse(
      String(await place.bench.registry.store.readBlob("acme/app", manifest.config.digest)),
    ) as { stores: unknown };
    expect(root.stores).toEqual({
      cellar: { type: "oci", registry: place.bench.registry.host, repository: "acme/cellar" },
      shelf: { type: "fs", path: place.shelf, prefix: "acme" },
    });
  });

  it("a store name that means another place by now is refused before anything is sent", async () => {
    await using place = await hybrid();
    place.mine.write({
      "bale.yaml": `ref: ${place.bench.reference()}\n${yaml({ folder: place.bench.folder, host: place.bench.registry.host }).replace("prefix: acme", "prefix: other")}`,
      "data/a.bin": "changed",
    });
    place.bench.registry.clearLog();
    const refused = await failureOf(place.mine.push());
    expect([refused.code, refused.message.includes("shelf")]).toEqual(["CONFIG_INVALID", true]);
    expect(
      place.bench.registry.log.filter((record) => record.method === "PUT" || record.method === "POST"),
    ).toEqual([]);
    expect(existsSync(join(place.shelf, "other"))).toBe(false);
  });
});
