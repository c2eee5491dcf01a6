import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { exitCodeOf, type ProgressEvent } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { failureOf, openBench, type Work } from "../bench.testing.js";
import { testBale, testFolder } from "../client.testing.js";
import { pushed, sha256 } from "./scene.testing.js";

describe("Future Enhancements", () => {
  it("Role-Layers: a role brings its layers and no byte of another", async () => {
    await using place = await pushed(
      { "code/a": "1", "data/d": "2" },
      `layers: { code: ["code/**"], data: ["data/**"] }\nroles: { dev: [code] }\n`,
    );
    const dev = await place.bench.clone("dev", { roles: ["dev"] });
    expect(dev.disk()).toEqual({ "code/a": "1" });
  });

  it("Async Client: long calls end at once with INTERRUPTED when their signal says so", async () => {
    await using place = await pushed({ a: "x".repeat(3_000_000) });
    const abort = new AbortController();
    place.bench.registry.addFault({
      method: "GET",
      path: /\/blobs\//,
      times: 0,
      action: { kind: "run", run: () => abort.abort() },
    });
    const stopped = await failureOf(
      place.bench.bale.clone({
        reference: place.bench.reference(),
        directory: "gone",
        cwd: place.bench.folder,
        signal: abort.signal,
      }),
    );
    expect([stopped.code, exitCodeOf(stopped)]).toEqual(["INTERRUPTED", 130]);
    expect(existsSync(join(place.bench.folder, "gone"))).toBe(false);
  });

  it("Registry Features: health check, and namespaces from the default registry", async () => {
    await using bench = await openBench();
    expect(await bench.bale.ping(bench.registry.host)).toMatchObject({ reachable: true });
    const mine = await bench.work("mine");
    await mine.track({ a: "1" });
    await mine.push({ reference: bench.reference("v1", "acme/models/malaria"), setUpstream: true });
    await using bale = testBale({ user: { defaultRegistry: `${bench.registry.host}/acme` } });
    expect((await bale.ls("models/malaria:v1")).files.map((file) => file.path)).toContain("a");
  });
});

describe("Performance Optimizations: parallel hashing and the digest cache", () => {
  const hashed = async (mine: Work): Promise<number> => {
    let files = 0;
    const onProgress = (event: ProgressEvent): void => {
      if (event.type === "task-start" && event.kind === "hash") files += event.total ?? 1;
    };
    await mine.status({ mode: "offline", onProgress });
    return files;
  };

  it("nothing is read again on an unchanged tree, and a changed file is", async () => {
    await using place = await pushed(
      Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`f${n}`, `content ${n}`])),
    );
    // Files younger than two seconds are hashed once more: an edit in the same tick of the disk's clock would not be seen.
    await wait(2_100);
    await hashed(place.mine);
    expect(await hashed(place.mine)).toBe(0);
    place.mine.write({ f7: "content X" });
    expect(await hashed(place.mine)).toBeGreaterThan(0);
    expect(await place.mine.verdicts()).toEqual(["f7 local-change"]);
  });

  it("many large files are hashed by several threads with the same result", async () => {
    using folder = testFolder();
    await using bale = testBale({ fsync: "never" });
    const files = Array.from({ length: 6 }, (_, n) => [`big-${n}`, Buffer.alloc(12_000_000 + n, n)] as const);
    await bale.init({ directory: folder.path });
    for (const [name, bytes] of files) writeFileSync(join(folder.path, name), bytes);
    const workspace = await bale.workspace(folder.path);
    await workspace.add(["."], { cwd: folder.path });
    const changes = (await workspace.status({ mode: "offline" })).changes.filter((change) =>
      change.path.startsWith("big-"),
    );
    expect(changes.map((change) => change.local?.digest)).toEqual(files.map(([, bytes]) => sha256(bytes)));
  });
});
