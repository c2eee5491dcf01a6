import { describe, expect, it } from "vitest";
import { bytesSource } from "./bytes-source.js";
import { memoryDriver } from "./memory-driver.js";
import { blobOf, collect, randomBytes } from "./storage.testing.js";

describe("memoryDriver", () => {
  it("lists in order, from after a locator, and forgets what is deleted", async () => {
    const driver = memoryDriver();
    const stored = [1, 2, 3, 4].map((seed) => randomBytes(seed, seed));
    for (const bytes of stored)
      await driver.write(driver.locate(blobOf(bytes).digest), bytesSource(bytes), {
        digest: blobOf(bytes).digest,
      });
    const listed: string[] = [];
    for await (const { locator, digest, size } of driver.listing?.list() ?? []) {
      listed.push(locator);
      expect(stored.map(blobOf)).toContainEqual({ digest, size });
    }
    expect(listed).toEqual([...listed].sort());
    expect(listed).toHaveLength(4);
    const after = driver.locate(blobOf(stored[0] as Uint8Array).digest);
    const rest: string[] = [];
    for await (const { locator } of driver.listing?.list({ after }) ?? []) rest.push(locator);
    expect(rest).toEqual(listed.filter((locator) => locator > after));
    await driver.deletion?.delete(after);
    await driver.deletion?.delete(after);
    expect(await driver.stat(after)).toBeUndefined();
  });

  it("refuses ranges that begin at or after the end", async () => {
    const driver = memoryDriver();
    const bytes = randomBytes(10);
    const locator = driver.locate(blobOf(bytes).digest);
    await driver.write(locator, bytesSource(bytes), { digest: blobOf(bytes).digest });
    await expect(collect(driver.read(locator, { range: { start: 10 } }))).rejects.toThrow("outside");
    expect((await collect(driver.read(locator, { range: { start: 9 } }))).equals(bytes.subarray(9))).toBe(
      true,
    );
  });

  it("gives two drivers one storage when asked", async () => {
    const blobs = new Map();
    const bytes = randomBytes(3);
    const one = memoryDriver({ blobs });
    await one.write(one.locate(blobOf(bytes).digest), bytesSource(bytes), { digest: blobOf(bytes).digest });
    expect(await memoryDriver({ blobs }).stat(one.locate(blobOf(bytes).digest))).toEqual({ size: 3 });
  });
});
