import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundleFiles } from "../bench.testing.js";
import { pushed, storedManifest } from "./scene.testing.js";

describe("PullResult.downloaded counts what really moved", () => {
  it("files and stored bytes that came over the wire, and no others", async () => {
    await using place = await pushed({ a: "one", b: "two", c: "three", big: "x".repeat(2_000_000) });
    const other = await place.bench.clone("other");
    expect(await other.pull()).toMatchObject({
      outcome: "nothing-to-do",
      downloadedFiles: 0,
      downloadedBytes: 0,
    });
    place.mine.write({ a: "ONE", b: "x:two" });
    await place.mine.push();
    place.bench.registry.clearLog();
    const pulled = await other.pull();
    expect(pulled.written).toEqual(["a", "b"]);
    expect(pulled.downloadedFiles).toBe(1);
    const index = new Set(
      [storedManifest(place.bench).config, ...storedManifest(place.bench).layers]
        .filter((layer) => /bale/.test(layer.mediaType))
        .map((layer) => (layer as { digest?: string }).digest),
    );
    const received = place.bench.registry.log
      .filter(
        (record) =>
          record.method === "GET" &&
          record.path.includes("/blobs/") &&
          !index.has(record.path.split("/").at(-1)),
      )
      .reduce((sum, record) => sum + record.responseBytes, 0);
    expect(pulled.downloadedBytes).toBe(received);
    const again = place.mine.copy("adopting");
    await again.remove("c");
    await again.pull({ restore: true });
    expect(again.disk()["c"]).toBe("three");
  });

  it("a push counts blobs and bytes that really went up", async () => {
    await using place = await pushed({ a: "one" });
    place.mine.write({ a: "two", big: Buffer.alloc(1_500_000, 3) });
    await place.mine.add("big");
    place.bench.registry.clearLog();
    const sent = await place.mine.push();
    const uploads = place.bench.registry.log.filter(
      (record) => record.path.includes("/blobs/uploads/") && record.status === 201,
    );
    expect(sent.sentBlobs).toBe(uploads.length);
    const bytes = place.bench.registry.log
      .filter((record) => record.path.includes("/blobs/uploads/"))
      .reduce((sum, record) => sum + record.requestBytes, 0);
    expect(sent.sentBytes).toBe(bytes);
    expect(await place.mine.push()).toMatchObject({
      outcome: "nothing-to-do",
      sentBlobs: 0,
      sentBytes: 0,
      sentFiles: 0,
    });
  });
});

describe("Windows/paths", () => {
  it("paths in the bundle and titles in the registry are POSIX; on disk they are the system's", async () => {
    await using place = await pushed({ "deep/er/a.bin": "x".repeat(2_000_000), "deep/b": "1" });
    const titles = storedManifest(place.bench).layers.flatMap(
      (layer) => layer.annotations?.["org.opencontainers.image.title"] ?? [],
    );
    expect(titles).toContain("deep/er/a.bin");
    expect(Object.keys(await bundleFiles(place.bench, place.bench.reference()))).toEqual([
      "deep/b",
      "deep/er/a.bin",
    ]);
    const clone = await place.bench.clone("clone");
    expect(existsSync(join(clone.root, "deep", "er", "a.bin"))).toBe(true);
  });

  it.skipIf(process.platform === "win32")(
    "a name with a backslash is refused at add, with the offending name",
    async () => {
      await using place = await pushed();
      writeFileSync(join(place.mine.root, "back\\slash"), "1");
      const workspace = await place.bench.bale.workspace(place.mine.root);
      const added = await workspace.add(["."], { cwd: place.mine.root });
      expect(added.problems.map((problem) => problem.code)).toEqual(["UNSAFE_PATH"]);
      expect(added.complete).toBe(false);
    },
  );
});
