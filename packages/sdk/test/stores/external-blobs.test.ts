import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodeOf } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { failureOf } from "../bench.testing.js";
import { asked, blobsOn, FILES, hybrid, yaml } from "./hybrid.testing.js";

describe("writing to a store", () => {
  it("leaves the name of the repository before the first blob", async () => {
    await using place = await hybrid({ push: false });
    const user = `${place.bench.registry.host}/acme/app`;
    const marker = join(place.shelf, "acme", "users", createHash("sha256").update(user).digest("hex"));
    mkdirSync(join(place.shelf, "acme"), { recursive: true });
    // A file in the place of the folder of blobs: the first blob fails, and the marker must be there all the same.
    writeFileSync(join(place.shelf, "acme", "sha256"), "in the way");
    await failureOf(place.mine.push());
    expect(readFileSync(marker, "utf8")).toBe(user);
    rmSync(join(place.shelf, "acme", "sha256"));
    await place.mine.push();
    await place.mine.push({ reference: place.bench.reference("v2") });
    expect(readdirSync(join(place.shelf, "acme", "users"))).toHaveLength(1);
  });

  it("external blobs are checked right before the tag: what is gone by then stops the push", async () => {
    await using place = await hybrid({ push: false });
    place.bench.registry.addFault({
      method: "PUT",
      path: /\/manifests\/sha256/,
      action: {
        kind: "run",
        when: "after",
        run: () => rmSync(join(place.shelf, "acme", "sha256"), { recursive: true }),
      },
    });
    const refused = await failureOf(place.mine.push());
    expect([refused.code, exitCodeOf(refused)]).toEqual(["EXTERNAL_MISSING", 3]);
    expect(`${refused.message} ${JSON.stringify(refused.context)}`).toContain("shelf");
    expect(place.bench.registry.store.tags("acme/app")).toEqual([]);
    expect((await place.mine.push()).outcome).toBe("pushed");
  });

  it("sends no external blob again, from another workspace neither", async () => {
    await using place = await hybrid();
    const before = blobsOn(place.shelf);
    const again = await place.bench.work(
      "again",
      yaml({ folder: place.bench.folder, host: place.bench.registry.host }),
    );
    await again.track(FILES);
    const pushed = await again.push({ reference: place.bench.reference("v1", "acme/second") });
    expect(pushed.outcome).toBe("pushed");
    expect(blobsOn(place.shelf)).toEqual(before);
    expect(readdirSync(join(place.shelf, "acme", "users"))).toHaveLength(2);
    expect(place.bench.registry.store.blobs("acme/cellar")).toHaveLength(1);
  });

  it("an object of another size under the same key is never overwritten (73)", async () => {
    await using place = await hybrid({ push: false });
    await place.mine.push({ dryRun: true });
    await place.mine.push();
    const [blob] = blobsOn(place.shelf);
    const file = join(place.shelf, "acme", "sha256", String(blob));
    rmSync(file);
    writeFileSync(file, "somebody else's");
    const again = await place.bench.work(
      "again",
      yaml({ folder: place.bench.folder, host: place.bench.registry.host }),
    );
    await again.track(FILES);
    const refused = await failureOf(again.push({ reference: place.bench.reference("v1", "acme/second") }));
    expect([refused.code, exitCodeOf(refused)]).toEqual(["STORE_CONFLICT", 6]);
    expect(readFileSync(file, "utf8")).toBe("somebody else's");
  });
});

describe("reading from a store", () => {
  it("a clone brings all files, wherever their blobs lie", async () => {
    await using place = await hybrid();
    const clone = await place.bench.clone("clone");
    expect(clone.disk()).toEqual(FILES);
    expect((await clone.status()).changes).toEqual([]);
    clone.write({ "data/a.bin": "changed", "data/small": "changed" });
    await clone.push();
    await place.mine.pull();
    expect(place.mine.disk()).toEqual({ ...FILES, "data/a.bin": "changed", "data/small": "changed" });
  });

  it("a role pull touches no external blob of other layers", async () => {
    await using place = await hybrid();
    rmSync(place.shelf, { recursive: true });
    place.bench.registry.clearLog();
    const dev = await place.bench.clone("dev", { roles: ["dev"] });
    dev.write({ "src/b.bin": "changed" });
    await dev.push();
    await dev.pull();
    expect(asked(place.bench, "acme/cellar")).toBe(0);
    expect(existsSync(place.shelf)).toBe(false);
  });

  it("a blob that is missing or damaged names its store, and nothing is written", async () => {
    await using place = await hybrid();
    const [blob] = blobsOn(place.shelf);
    const file = join(place.shelf, "acme", "sha256", String(blob));
    const bytes = readFileSync(file);
    rmSync(file);
    const missing = await failureOf(place.bench.clone("missing"));
    expect([missing.code, exitCodeOf(missing)]).toEqual(["EXTERNAL_MISSING", 3]);
    expect(`${missing.message} ${missing.why} ${JSON.stringify(missing.context)}`).toContain("shelf");
    writeFileSync(file, Buffer.from(bytes).fill(0));
    const damaged = await failureOf(place.bench.clone("damaged"));
    expect([damaged.code, exitCodeOf(damaged)]).toEqual(["DIGEST_MISMATCH", 5]);
    for (const name of ["missing", "damaged"]) expect(existsSync(join(place.bench.folder, name))).toBe(false);
  });

  it("exact pushes with external blobs are refused, with the reason", async () => {
    await using place = await hybrid({ push: false });
    const refused = await failureOf(place.mine.push({ exact: true }));
    expect([refused.code, refused.why?.includes("external")]).toEqual(["REGISTRY_LIMIT", true]);
    expect(existsSync(place.shelf)).toBe(false);
  });
});
