import { BaleError, type BlobDriver } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { bytesSource } from "../bytes-source.js";
import { memoryDriver } from "../memory-driver.js";
import { blobOf, codeOf, collect, instantRetry, randomBytes } from "../storage.testing.js";
import { layeredDriver } from "./layered-driver.js";
import { limitLayer } from "./limit-layer.js";
import { type BlobCallRecord, logLayer } from "./log-layer.js";
import { readOnlyLayer } from "./read-only-layer.js";
import { retryLayer } from "./retry-layer.js";

const bytes = randomBytes(300);
const blob = blobOf(bytes);

/** Fails `stat` so many times with what `cause` makes. */
function flaky(times: number, cause: () => unknown): BlobDriver & { calls: () => number } {
  const inner = memoryDriver();
  let calls = 0;
  const driver = layeredDriver(inner, {
    stat: async (locator) => {
      calls++;
      if (calls <= times) throw cause();
      return inner.stat(locator);
    },
    classify: (error) => (error instanceof RangeError ? { kind: "unavailable" } : undefined),
  });
  return Object.assign(driver, { calls: () => calls });
}

describe("retryLayer", () => {
  it("repeats what the driver calls repeatable, with growing pauses", async () => {
    const retry = instantRetry();
    const driver = flaky(3, () => new RangeError("busy"));
    expect(await retryLayer(retry)(driver).stat(driver.locate(blob.digest))).toBeUndefined();
    expect([driver.calls(), retry.pauses]).toEqual([4, [250, 500, 1000]]);
  });

  it("throws the last failure as it was, after its tries", async () => {
    const driver = flaky(9, () => new RangeError("busy"));
    await expect(
      retryLayer({ ...instantRetry(), tries: 3 })(driver).stat(driver.locate(blob.digest)),
    ).rejects.toThrow(RangeError);
    expect(driver.calls()).toBe(3);
  });

  it("waits as long as the server asks, within a bound", async () => {
    const retry = instantRetry();
    let milliseconds = 1234;
    const driver = flaky(2, () => {
      const error = new BaleError({
        code: "RATE_LIMITED",
        message: "slow down",
        retry: { kind: "after", milliseconds },
      });
      milliseconds = 1e9;
      return error;
    });
    await retryLayer(retry)(driver).stat(driver.locate(blob.digest));
    expect(retry.pauses).toEqual([1234, 120_000]);
  });

  it("does not repeat other failures, nor after an abort", async () => {
    const unknown = flaky(1, () => new Error("?"));
    await expect(retryLayer(instantRetry())(unknown).stat(unknown.locate(blob.digest))).rejects.toThrow("?");
    expect(unknown.calls()).toBe(1);
    const busy = flaky(1, () => new RangeError("busy"));
    const signal = AbortSignal.abort();
    await expect(retryLayer(instantRetry())(busy).stat(busy.locate(blob.digest), { signal })).rejects.toThrow(
      "busy",
    );
    expect(busy.calls()).toBe(1);
  });
});

describe("limitLayer", () => {
  it("runs no more calls at once than allowed", async () => {
    let running = 0;
    let most = 0;
    const inner = layeredDriver(memoryDriver(), {
      stat: async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return undefined;
      },
    });
    const driver = limitLayer({ concurrency: 3 })(inner);
    await Promise.all(Array.from({ length: 20 }, () => driver.stat(inner.locate(blob.digest))));
    expect(most).toBe(3);
    expect(driver.limits.concurrency).toBe(3);
  });

  it("lets one driver copy to itself, and gives back the place of a read that is broken off", async () => {
    const driver = limitLayer({ concurrency: 1 })(memoryDriver({ chunkBytes: 10 }));
    const other = blobOf(randomBytes(5));
    await driver.write(driver.locate(blob.digest), bytesSource(bytes), { digest: blob.digest });
    for await (const chunk of driver.read(driver.locate(blob.digest))) {
      await driver.write(driver.locate(other.digest), bytesSource(randomBytes(5)), { digest: other.digest });
      if (chunk) break;
    }
    expect((await collect(driver.read(driver.locate(blob.digest)))).equals(bytes)).toBe(true);
  });
});

describe("logLayer", () => {
  it("records each call once, with its bytes and outcome", async () => {
    const records: BlobCallRecord[] = [];
    let clock = 0;
    const inner = memoryDriver({ chunkBytes: 100 });
    const driver = logLayer({ record: (one) => records.push(one), now: () => clock++ })(inner);
    const locator = driver.locate(blob.digest);
    await driver.stat(locator);
    await driver.write(locator, bytesSource(bytes), { digest: blob.digest });
    await collect(driver.read(locator));
    for await (const chunk of driver.read(locator)) if (chunk) break;
    await driver.deletion?.delete(locator);
    await expect(collect(driver.read(locator))).rejects.toThrow("no blob");
    expect(records.map(({ call, outcome, bytes: count, detail }) => [call, outcome, count, detail])).toEqual([
      ["stat", "done", undefined, "absent"],
      ["write", "done", 300, "created"],
      ["read", "done", 300, undefined],
      ["read", "stopped", 100, undefined],
      ["delete", "done", undefined, undefined],
      ["read", "failed", 0, `no blob at ${locator}`],
    ]);
    expect(records.every(({ milliseconds, target }) => milliseconds === 1 && target === locator)).toBe(true);
  });
});

describe("readOnlyLayer", () => {
  it("reads and refuses to write", async () => {
    const inner = memoryDriver();
    await inner.write(inner.locate(blob.digest), bytesSource(bytes), { digest: blob.digest });
    const driver = readOnlyLayer()(inner);
    expect((await collect(driver.read(driver.locate(blob.digest)))).equals(bytes)).toBe(true);
    expect(
      await codeOf(driver.write(driver.locate(blob.digest), bytesSource(bytes), { digest: blob.digest })),
    ).toBe("CAPABILITY_MISSING");
    expect([driver.deletion, driver.mounting]).toEqual([undefined, undefined]);
    expect(driver.listing).toBe(inner.listing);
  });
});
