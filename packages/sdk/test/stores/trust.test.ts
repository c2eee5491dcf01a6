import { existsSync } from "node:fs";
import { join } from "node:path";
import { oci } from "@bale/oci";
import { exitCodeOf, type Plugin } from "@bale/spec";
import { memoryDriver } from "@bale/storage";
import { storageFs } from "@bale/storage-fs";
import { storageOci } from "@bale/storage-oci";
import { describe, expect, it } from "vitest";
import { failureOf, openBench } from "../bench.testing.js";
import { testBale } from "../client.testing.js";
import { putBundle } from "../hostile/handmade.testing.js";
import { asked, hybrid } from "./hybrid.testing.js";

describe("trust", () => {
  it("a push without it is refused, names the store and prints the line; nothing is opened or sent", async () => {
    await using place = await hybrid({ push: false });
    await using stranger = place.strangers();
    place.bench.registry.clearLog();
    const workspace = await stranger.workspace(place.mine.root);
    const refused = await failureOf(workspace.push());
    expect([refused.code, exitCodeOf(refused)]).toEqual(["STORE_UNTRUSTED", 9]);
    const line = String(refused.context["line"]);
    expect([`fs:${place.shelf}/acme`, `oci://${place.bench.registry.host}/acme/cellar`]).toContain(line);
    expect(refused.fix).toContain(line);
    expect(refused.message).toMatch(/shelf|cellar/);
    expect(existsSync(place.shelf)).toBe(false);
    expect(asked(place.bench, "acme/cellar")).toBe(0);
    expect(place.bench.registry.store.tags("acme/app")).toEqual([]);
  });

  it("a pull without it is refused before the first write, and no store is asked", async () => {
    await using place = await hybrid();
    await using stranger = place.strangers();
    place.bench.registry.clearLog();
    const refused = await failureOf(
      stranger.clone({ reference: place.bench.reference(), directory: "stranger", cwd: place.bench.folder }),
    );
    expect([refused.code, exitCodeOf(refused)]).toEqual(["STORE_UNTRUSTED", 9]);
    expect(refused.fix).toContain(String(refused.context["line"]));
    expect(existsSync(join(place.bench.folder, "stranger"))).toBe(false);
    expect(asked(place.bench, "acme/cellar")).toBe(0);
  });

  it("trust in one store is none in another, nor in a place beside it", async () => {
    await using place = await hybrid();
    for (const trustedStores of [
      [`fs:${place.shelf}/acme`],
      [`fs:${place.shelf}`, `oci://${place.bench.registry.host}/acme/cellar`],
      [`fs:${place.shelf}/acme/`, `oci://${place.bench.registry.host}/acme`],
    ]) {
      await using stranger = place.strangers({ trustedStores });
      expect(
        (
          await failureOf(
            stranger.clone({ reference: place.bench.reference(), directory: "s", cwd: place.bench.folder }),
          )
        ).code,
      ).toBe("STORE_UNTRUSTED");
    }
  });

  it("what needs no external blob needs no trust: ls, show, and a role that lies in the registry", async () => {
    await using place = await hybrid();
    await using stranger = place.strangers();
    place.bench.registry.clearLog();
    expect((await stranger.ls(place.bench.reference())).files).toHaveLength(7);
    await stranger.show(place.bench.reference());
    const { directory } = await stranger.clone({
      reference: place.bench.reference(),
      roles: ["dev"],
      directory: "dev",
      cwd: place.bench.folder,
    });
    expect(Object.keys(place.bench.open(directory).disk())).toEqual(["src/b.bin", "src/big"]);
    expect(asked(place.bench, "acme/cellar")).toBe(0);
  });

  it("stores: strict asks for consent to public stores as well", async () => {
    const opened: string[] = [];
    const cloud: Plugin = {
      specVersion: 1,
      name: "test-cloud",
      blobs: [
        {
          scheme: "cloud",
          config: { parse: (input) => ({ ok: true, value: input }) },
          open: async () => {
            opened.push("cloud");
            return memoryDriver();
          },
          trust: () => ({ kind: "public", line: "cloud://bucket" }),
          describe: () => ({ bucket: "bucket" }),
        },
      ],
    };
    await using bench = await openBench();
    const mine = await bench.work(
      "mine",
      `storage: { stores: { sky: { type: cloud, bucket: bucket, note: hidden } }, rules: [{ match: "a", store: sky }] }\n`,
    );
    await mine.track({ a: "1" });
    const plugins = [oci(), storageFs(), storageOci(), cloud];
    await using strict = testBale({ plugins, fsync: "never", user: { stores: "strict" } });
    const refused = await failureOf((await strict.workspace(mine.root)).push());
    expect([refused.code, refused.context["line"], opened]).toEqual([
      "STORE_UNTRUSTED",
      "cloud://bucket",
      [],
    ]);
    await using consenting = testBale({
      plugins,
      fsync: "never",
      user: { stores: "strict", trustedStores: ["cloud://bucket"] },
    });
    await (await consenting.workspace(mine.root)).push();
    expect(opened).toEqual(["cloud"]);
    const manifest = JSON.parse(String(bench.registry.store.manifest("acme/app", "v1")?.bytes)) as {
      config: { digest: string };
    };
    expect(String(await bench.registry.store.readBlob("acme/app", manifest.config.digest))).not.toContain(
      "hidden",
    );
    await using easy = testBale({ plugins, fsync: "never" });
    await easy.ls(bench.reference());
  });

  it.each([
    ["a path that leaves", { type: "fs", path: "/srv/../etc" }, "INDEX_INVALID"],
    ["a member that no such store has", { type: "fs", path: "/srv", mode: "w" }, "INDEX_INVALID"],
    [
      "credentials in a registry",
      { type: "oci", registry: "user:secret@host", repository: "a" },
      "INDEX_INVALID",
    ],
    ["a type that nobody knows", { type: "ftp", host: "h" }, "UNSUPPORTED"],
    ["any folder of this machine", { type: "fs", path: "/etc" }, "STORE_UNTRUSTED"],
  ])("an index cannot lead to %s", async (_name, store, code) => {
    await using place = await hybrid();
    putBundle(
      { store: place.bench.registry.store, repository: "acme/hostile", tag: "v1" },
      {
        layers: { default: [{ path: "a" }] },
        stores: { big: store },
        editTable: (text) => text.replace(/\[\["([0-9a-f]+)",(\d+)\]\]/, '[["$1",$2,"big"]]'),
      },
    );
    const refused = await failureOf(
      place.bench.clone("hostile", { reference: place.bench.reference("v1", "acme/hostile") }),
    );
    expect(refused.code).toBe(code);
    expect([5, 9, 10]).toContain(exitCodeOf(refused));
    expect(`${refused.message} ${refused.why} ${refused.fix}`).not.toContain("secret");
  });
});
