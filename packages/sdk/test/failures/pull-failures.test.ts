import { randomBytes } from "node:crypto";
import { exitCodeOf } from "@bale/spec";
import type { FaultAction } from "@bale/test-registry";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bench, failureOf, openBench, type Work } from "../bench.testing.js";

const LARGE = randomBytes(1_500_000).toString("latin1");
const TREE = {
  "small/a": "a".repeat(3_000),
  "small/b": "b",
  large: LARGE,
  other: `x${LARGE.slice(0, 1_200_000)}`,
};

let bench: Bench;
let mine: Work;

beforeEach(async () => {
  bench = await openBench();
  const maker = await bench.work("maker");
  await maker.track({ old: "1" });
  await maker.push();
  mine = await bench.clone("mine");
  await maker.track(TREE);
  await maker.push();
  bench.registry.clearLog();
});
afterEach(() => bench[Symbol.asyncDispose]());

const BLOBS = /\/blobs\/sha256/;
const blobRequests = () =>
  bench.registry.log.filter((record) => record.method === "GET" && BLOBS.test(record.path));
/** Blobs of content come after manifest, root and tables. */
const INDEX_BLOBS = 2;

const onContent = (action: FaultAction, times = 1) =>
  bench.registry.addFault({ method: "GET", path: BLOBS, skip: INDEX_BLOBS, times, action });

async function pulls(): Promise<void> {
  expect((await mine.pull()).outcome).toBe("pulled");
  expect(mine.disk()).toEqual({ old: "1", ...TREE });
}

/** Refused with nothing changed; the same command then finishes, once the fault is gone. */
async function refuses(codes: readonly string[], exit: number): Promise<string> {
  const before = mine.disk();
  const refused = await failureOf(mine.pull());
  expect(codes, `${refused.code}: ${refused.message}`).toContain(refused.code);
  expect(exitCodeOf(refused)).toBe(exit);
  expect(mine.disk()).toEqual(before);
  bench.registry.clearFaults();
  return `${refused.message} ${refused.why}`;
}

describe("a pull whose connection", () => {
  it("is reset in the middle (35): goes on from there with a range", async () => {
    const fault = onContent({ kind: "reset-download", afterBytes: 700_000 });
    await pulls();
    expect(fault.hits).toBe(1);
    expect(
      blobRequests().filter((record) => record.range !== undefined && !record.range.startsWith("bytes=0-")),
    ).not.toEqual([]);
  });

  it("is reset, and then answers the whole where a range was asked for (35)", async () => {
    bench.registry.setQuirks({ range: "ignored" });
    onContent({ kind: "reset-download", afterBytes: 700_000 });
    await pulls();
  });

  it.each([["kept"], ["adjusted"]] as const)(
    "ends early, its length %s (36): the rest is fetched",
    async (length) => {
      onContent({ kind: "truncate", bytes: 500_000, length });
      await pulls();
    },
  );

  it("always ends early (36)", async () => {
    onContent({ kind: "truncate", bytes: 1_000, length: "adjusted" }, 0);
    await refuses(["TRUNCATED", "RANGE_INVALID", "SIZE_MISMATCH"], 7);
    await pulls();
  });

  it("brings more than there is (37): stopped, and nothing of it is shown", async () => {
    onContent({ kind: "extra", bytes: 100_000 }, 0);
    await refuses(["SIZE_MISMATCH", "RANGE_INVALID", "DIGEST_MISMATCH"], 5);
    await pulls();
  });

  it("brings wrong bytes once (38): they are fetched anew", async () => {
    const fault = onContent({ kind: "corrupt" });
    await pulls();
    expect(fault.hits).toBe(1);
  });

  it("always brings wrong bytes (38): refused, and the damaged blob is named", async () => {
    onContent({ kind: "corrupt" }, 0);
    const told = await refuses(["DIGEST_MISMATCH"], 5);
    expect(told).toMatch(/sha256:[0-9a-f]{64}/);
    await pulls();
  });
});

describe("a pull of what is gone", () => {
  it("tag and manifest deleted meanwhile (60): the blobs are still tried by digest", async () => {
    const { store } = bench.registry;
    onContent({
      kind: "run",
      run: () => {
        const digest = store.resolveTag("acme/app", "v1");
        if (digest) store.deleteManifest("acme/app", digest);
      },
    });
    await pulls();
    expect(store.resolveTag("acme/app", "v1")).toBeUndefined();
    expect((await failureOf(mine.pull())).code).toBe("NOT_FOUND");
    expect((await mine.status()).remote.state).toBe("absent");
  });

  it("the manifest deleted between lookup and reading (60): not found, nothing touched", async () => {
    const { store } = bench.registry;
    const digest = store.resolveTag("acme/app", "v1") as string;
    const bytes = store.manifest("acme/app", digest);
    bench.registry.addFault({
      method: "GET",
      path: /\/manifests\//,
      action: { kind: "run", run: () => void store.deleteManifest("acme/app", digest) },
    });
    await refuses(["NOT_FOUND"], 3);
    store.putManifest("acme/app", bytes?.bytes ?? Buffer.alloc(0), {
      mediaType: String(bytes?.mediaType),
      tag: "v1",
    });
    await pulls();
  });

  it("blobs missing (61): all of them are named, nothing is touched, and the pull can be repeated", async () => {
    const { store } = bench.registry;
    const large = store
      .blobs("acme/app")
      .filter((digest) => (store.blob("acme/app", digest)?.size ?? 0) > 1_000_000);
    expect(large).toHaveLength(2);
    const kept = await Promise.all(
      large.map(async (digest) => [digest, await store.readBlob("acme/app", digest)] as const),
    );
    for (const digest of large) store.deleteBlob("acme/app", digest);
    const told = await refuses(["BLOB_MISSING"], 3);
    for (const digest of large) expect(told).toContain(digest);
    for (const [digest, bytes] of kept) store.replaceBlob("acme/app", digest, bytes as Buffer);
    await pulls();
  });
});

describe("an interrupted pull", () => {
  it("fails or works for each request that fails once, and works when it is repeated (32)", async () => {
    let clean = false;
    for (let n = 0; !clean && n < 40; n++) {
      const work = mine.copy(`mine-${n}`);
      const fault = bench.registry.addFault({ skip: n, times: 3, action: { kind: "reset" } });
      const before = work.disk();
      try {
        await work.pull();
      } catch (error) {
        expect(exitCodeOf(error), String(error)).toBe(7);
        expect(work.disk()).toEqual(before);
      }
      clean = fault.hits === 0;
      fault.remove();
      await work.pull();
      expect(work.disk()).toEqual({ old: "1", ...TREE });
      expect((await work.status()).changes).toEqual([]);
    }
    expect(clean).toBe(true);
  });

  it("stopped by its signal in the middle leaves the tree as it was, and is repeated", async () => {
    for (const skip of [0, 2, 3, 4]) {
      const work = mine.copy(`stopped-${skip}`);
      const abort = new AbortController();
      bench.registry.addFault({
        method: "GET",
        path: BLOBS,
        skip,
        action: { kind: "run", run: () => abort.abort() },
      });
      const stopped = await failureOf(work.pull({ signal: abort.signal }));
      expect([stopped.code, work.disk()]).toEqual(["INTERRUPTED", { old: "1" }]);
      bench.registry.clearFaults();
      await work.pull();
      expect(work.disk()).toEqual({ old: "1", ...TREE });
    }
  });

  it("a registry that cannot be reached is 7 for pull and push, and status says when it last saw it", async () => {
    await mine.status();
    bench.registry.addFault({ times: 0, action: { kind: "reset" } });
    expect(exitCodeOf(await failureOf(mine.pull()))).toBe(7);
    expect(exitCodeOf(await failureOf(mine.push()))).toBe(7);
    expect(exitCodeOf(await failureOf(mine.status({ mode: "remote" })))).toBe(7);
    const status = await mine.status();
    expect(status.remote.state).toBe("known");
    expect(status.remote.problem).toBeDefined();
    mine.write({ old: "2" });
    expect((await mine.status()).changes.map((change) => `${change.path} ${change.verdict}`)).toContain(
      "old local-change",
    );
  });
});
