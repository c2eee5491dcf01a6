import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { failureOf, filesBelow } from "../bench.testing.js";
import { blobsOn, hybrid } from "./hybrid.testing.js";

const users = (shelf: string): string[] => Object.values(filesBelow(join(shelf, "acme", "users"))).sort();

describe("a copy of a bundle that lies in several stores", () => {
  it("keeps external blobs where they are, byte for byte, and tells their stores of the new user", async () => {
    await using place = await hybrid();
    const { bench, shelf } = place;
    const before = blobsOn(shelf);
    const target = bench.reference("v1", "acme/copied");
    const copied = await bench.bale.copy(bench.reference(), target);
    expect(copied.manifest).toBe((await bench.bale.show(bench.reference())).manifest);
    expect(blobsOn(shelf)).toEqual(before);
    expect(users(shelf)).toEqual([`${bench.registry.host}/acme/app`, `${bench.registry.host}/acme/copied`]);
    expect((await bench.bale.verify({ reference: target, deep: true })).problems).toEqual([]);
  });

  it("goes on where a store may not be told, and says so", async () => {
    await using place = await hybrid();
    const { bench } = place;
    const notices: string[] = [];
    await using stranger = (await import("../client.testing.js")).testBale({
      onNotice: (text) => notices.push(text),
    });
    const copied = await stranger.copy(bench.reference(), bench.reference("v1", "acme/copied"));
    expect(copied.outcome).toBe("copied");
    expect(notices.filter((text) => text.includes("may collect what the copy needs"))).toHaveLength(2);
  });

  it("inline makes all of it blobs of the destination; the content digest stays, and nobody needs to trust a store", async () => {
    await using place = await hybrid();
    const { bench } = place;
    const target = bench.reference("v1", "acme/inline");
    const source = await bench.bale.show(bench.reference());
    const copied = await bench.bale.copy(bench.reference(), target, { external: "inline" });
    const shown = await bench.bale.show(target);
    expect([copied.outcome, shown.contentDigest, shown.stores]).toEqual(["copied", source.contentDigest, []]);
    expect(shown.manifest).not.toBe(source.manifest);
    expect(shown.parent).toBe(source.manifest);
    rmSync(place.shelf, { recursive: true });
    await using stranger = place.strangers();
    expect((await stranger.verify({ reference: target, deep: true })).problems).toEqual([]);
    expect(
      (await stranger.ls(target)).files.every(
        ({ stores }) => stores.join() === "registry" || stores.length === 0,
      ),
    ).toBe(true);
  });

  it("inline of a bundle without external blobs is a copy like any other", async () => {
    await using place = await hybrid();
    const { bench } = place;
    await bench.bale.copy(bench.reference(), bench.reference("v1", "acme/one"), { external: "inline" });
    const copied = await bench.bale.copy(
      bench.reference("v1", "acme/one"),
      bench.reference("v1", "acme/two"),
      { external: "inline" },
    );
    expect(copied.manifest).toBe((await bench.bale.show(bench.reference("v1", "acme/one"))).manifest);
  });

  it("copy takes external blobs along into a layout, which then needs no store and no trust", async () => {
    await using place = await hybrid();
    const { bench } = place;
    const layout = join(bench.folder, "layout");
    const files = place.mine.disk();
    const copied = await bench.bale.copy(bench.reference(), `oci:${layout}:v1`, { external: "copy" });
    expect(copied.manifest).toBe((await bench.bale.show(bench.reference())).manifest);
    for (const name of Object.keys(filesBelow(join(layout, "blobs/sha256"))))
      expect(
        createHash("sha256")
          .update(readFileSync(join(layout, "blobs/sha256", name)))
          .digest("hex"),
      ).toBe(name);
    rmSync(place.shelf, { recursive: true });
    await using stranger = place.strangers();
    expect((await stranger.verify({ reference: `oci:${layout}:v1`, deep: true })).problems).toEqual([]);
    const cloned = join(bench.folder, "cloned");
    await stranger.clone({ reference: `oci:${layout}:v1`, directory: cloned, cwd: bench.folder });
    expect(filesBelow(cloned, new Set([".bale", "bale.yaml", ".baleignore"]))).toEqual(files);
    expect(existsSync(place.shelf)).toBe(false);
  });

  it("copy into a registry is refused before anything is sent, since it would not stay there", async () => {
    await using place = await hybrid();
    const { bench } = place;
    const refused = await failureOf(
      bench.bale.copy(bench.reference(), bench.reference("v1", "acme/copied"), { external: "copy" }),
    );
    expect([refused.code, refused.fix]).toEqual(["UNSUPPORTED", expect.stringContaining("inline")]);
    expect(bench.registry.store.tags("acme/copied")).toEqual([]);
  });
});
