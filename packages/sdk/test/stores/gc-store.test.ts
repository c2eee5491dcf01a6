import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { GcMarks, GcStoreOptions } from "../../src/index.js";
import { type Bench, failureOf, openBench, type Work } from "../bench.testing.js";
import { asked, blobsOn, hybrid } from "./hybrid.testing.js";

interface Shared extends AsyncDisposable {
  readonly bench: Bench;
  readonly shelf: string;
  readonly one: Work;
  readonly two: Work;
  readonly gc: (
    options?: Partial<GcStoreOptions>,
  ) => ReturnType<Awaited<ReturnType<Bench["bale"]["workspace"]>>["gcStore"]>;
}

function memoryMarks(): GcMarks {
  const kept = new Map<string, string>();
  return {
    read: async (line) => kept.get(line),
    write: async (line, text) => void kept.set(line, text),
  };
}

/** Two repositories that share a directory; some blobs are of one, some of the other, one of both. */
async function shared(): Promise<Shared> {
  const bench = await openBench({
    client: ({ folder }) => ({ user: { trustedStores: [`fs:${folder}/shelf/acme`] } }),
  });
  const yaml = (repository: string): string =>
    `ref: ${bench.reference("v1", repository)}\nstorage:\n  stores: { shelf: { type: fs, path: ${bench.folder}/shelf, prefix: acme } }\n  rules: [{ match: "data/**", store: shelf }]\n`;
  const open = async (name: string): Promise<Work> => {
    const work = await bench.work(name);
    writeFileSync(join(work.root, "bale.yaml"), yaml(`acme/${name}`));
    return work;
  };
  const [one, two] = [await open("one"), await open("two")];
  await one.track({ "data/a": "of one", "data/both": "of both", src: "s" });
  await two.track({ "data/b": "of two", "data/both": "of both", src: "s" });
  await one.push({ reference: bench.reference("v1", "acme/one"), setUpstream: true });
  await two.push({ reference: bench.reference("v1", "acme/two"), setUpstream: true });
  const marks = memoryMarks();
  return {
    bench,
    shelf: join(bench.folder, "shelf"),
    one,
    two,
    gc: async (options = {}) =>
      (await bench.bale.workspace(two.root)).gcStore("shelf", { marks, graceMs: 0, ...options }),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

const named = (content: string): string => createHash("sha256").update(content).digest("hex");
const holds = (shelf: string, content: string): boolean =>
  blobsOn(shelf).some((path) => path.endsWith(named(content)));

async function untag(bench: Bench, ...names: string[]): Promise<void> {
  for (const name of names) await bench.bale.untag(bench.reference("v1", name));
}

describe("gc of a store that two repositories share", () => {
  it("removes exactly what only the deleted tags needed, at the second run", async () => {
    await using place = await shared();
    const before = blobsOn(place.shelf);
    const none = await place.gc();
    expect([none.removedBlobs, none.waitingBlobs, none.users.length, none.usedBlobs]).toEqual([
      0,
      0,
      2,
      before.length,
    ]);
    await untag(place.bench, "acme/one");
    const first = await place.gc();
    expect([first.removedBlobs, first.waitingBlobs > 0]).toEqual([0, true]);
    expect(blobsOn(place.shelf)).toEqual(before);
    const second = await place.gc();
    expect([second.removedBlobs, second.waitingBlobs]).toEqual([first.waitingBlobs, 0]);
    expect(blobsOn(place.shelf)).toHaveLength(before.length - first.waitingBlobs);
    expect(
      (await place.bench.bale.verify({ reference: place.bench.reference("v1", "acme/two"), deep: true }))
        .problems,
    ).toEqual([]);
  });

  it("waits for the grace, and says until when; a dry run removes and marks nothing", async () => {
    await using place = await shared();
    await untag(place.bench, "acme/one");
    const before = blobsOn(place.shelf);
    await place.gc({ dryRun: true });
    await place.gc({ dryRun: true });
    expect(blobsOn(place.shelf)).toEqual(before);
    await place.gc();
    const waiting = await place.gc({ graceMs: 3_600_000 });
    expect([waiting.removedBlobs, waiting.nextAtMs !== undefined && waiting.nextAtMs > Date.now()]).toEqual([
      0,
      true,
    ]);
    expect(blobsOn(place.shelf)).toEqual(before);
    const dry = await place.gc({ dryRun: true });
    expect(dry.removedBlobs).toBeGreaterThan(0);
    expect(blobsOn(place.shelf)).toEqual(before);
  });

  it("keeps what older versions need, by their tags or as parents of a tag", async () => {
    await using place = await shared();
    const { bench, one } = place;
    one.write({ "data/a": "of one, later" });
    await one.push();
    await place.gc();
    await place.gc();
    const parent = (await bench.bale.log(bench.reference("v1", "acme/one"))).entries.at(-1)?.manifest;
    expect(
      (await bench.bale.verify({ reference: `${bench.reference("v1", "acme/one")}@${parent}`, deep: true }))
        .problems,
    ).toEqual([]);
  });

  it("spares what is used again between the two runs", async () => {
    await using place = await shared();
    const { bench, two } = place;
    await untag(bench, "acme/one");
    await place.gc();
    await two.track({ "data/again": "of one" });
    await two.push();
    await place.gc();
    expect(
      (await bench.bale.verify({ reference: bench.reference("v1", "acme/two"), deep: true })).problems,
    ).toEqual([]);
  });

  it("is stopped by a user that cannot be read, until that one is named as gone", async () => {
    await using place = await shared();
    await untag(place.bench, "acme/one");
    const third = "127.0.0.1:1/acme/third";
    const { mkdirSync } = await import("node:fs");
    mkdirSync(join(place.shelf, "acme/users"), { recursive: true });
    writeFileSync(join(place.shelf, "acme/users", named(third)), third);
    const before = blobsOn(place.shelf);
    for (let run = 0; run < 2; run++) {
      const stopped = await failureOf(place.gc());
      expect([stopped.message, stopped.fix]).toEqual([
        expect.stringContaining(`${third} uses this store, and cannot be read`),
        expect.stringContaining(`--forget ${third}`),
      ]);
    }
    expect(blobsOn(place.shelf)).toEqual(before);
    await place.gc({ forget: [third] });
    expect((await place.gc({ forget: [third] })).removedBlobs).toBeGreaterThan(0);
  });

  it("is stopped by a repository that is not there at all: it may only be hidden", async () => {
    await using place = await shared();
    const hidden = `${place.bench.registry.host}/acme/hidden`;
    writeFileSync(join(place.shelf, "acme/users", named(hidden)), hidden);
    expect((await failureOf(place.gc())).code).toBe("NOT_FOUND");
  });

  it("is stopped by a damaged marker, and refused where nobody is known to use the store", async () => {
    await using place = await shared();
    writeFileSync(join(place.shelf, "acme/users", named("x")), "y");
    expect((await failureOf(place.gc())).message).toContain("users");
    const { rmSync } = await import("node:fs");
    rmSync(join(place.shelf, "acme/users"), { recursive: true });
    expect((await failureOf(place.gc())).message).toContain("nobody is known to use");
    expect(holds(place.shelf, "of one") || blobsOn(place.shelf).length > 0).toBe(true);
  });
});

describe("gc of a store in another repository", () => {
  it("is refused, since a registry lists no blobs; nothing is asked, marked or removed", async () => {
    await using place = await hybrid();
    const { registry } = place.bench;
    const [blobs, requests] = [registry.store.blobs("acme/cellar"), asked(place.bench, "acme/cellar")];
    expect(blobs).not.toEqual([]);
    const marks: GcMarks = {
      read: async () => expect.unreachable("marks are read"),
      write: async () => expect.unreachable("marks are written"),
    };
    const workspace = await place.bench.bale.workspace(place.mine.root);
    const refused = await failureOf(workspace.gcStore("cellar", { marks, graceMs: 0 }));
    expect([refused.code, refused.why]).toEqual([
      "CAPABILITY_MISSING",
      "it cannot list or delete single blobs",
    ]);
    expect(registry.store.blobs("acme/cellar")).toEqual(blobs);
    expect(asked(place.bench, "acme/cellar")).toBe(requests);
    expect(await workspace.gcUploads(["cellar"])).toMatchObject([{ abortedUploads: 0, supported: false }]);
  });
});

describe("gc of uploads", () => {
  it("gives up what was begun and never finished, once it has lain there for long enough", async () => {
    await using place = await shared();
    const here = await place.bench.bale.workspace(place.two.root);
    const line = `fs:${place.shelf}/acme`;
    const report = { name: "shelf", line, supported: true };
    expect(await here.gcUploads([])).toEqual([{ ...report, abortedUploads: 0 }]);
    const [blob = ""] = blobsOn(place.shelf);
    const folder = join(place.shelf, "acme/sha256", blob, "..");
    const left = join(folder, `.${blob.slice(6)}.00000000-0000-4000-8000-000000000000.tmp`);
    writeFileSync(left, "half of it");
    expect(await here.gcUploads(["shelf"])).toEqual([{ ...report, abortedUploads: 0 }]);
    expect(await here.gcUploads([], { olderThanMs: 0, dryRun: true })).toEqual([
      { ...report, abortedUploads: 1 },
    ]);
    expect(existsSync(left)).toBe(true);
    expect(await here.gcUploads([], { olderThanMs: 0 })).toEqual([{ ...report, abortedUploads: 1 }]);
    expect(existsSync(left)).toBe(false);
  });
});
