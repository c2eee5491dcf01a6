import assert from "node:assert/strict";
import type { TestApi } from "../test-api.js";
import { type BlobHarness, withDriver } from "./blob-harness.js";
import { assertBytes, assertStored, digestOf, kindOf, MiB, put, readAll, sampleBlob } from "./sample-blob.js";

export function roundTripCases({ describe, it }: TestApi, makeHarness: () => Promise<BlobHarness>): void {
  describe("a blob", () => {
    for (const size of [0, 1, MiB + 1])
      it(
        `of ${size} bytes comes back as it was written, to this driver and to another`,
        withDriver(makeHarness, async (driver, harness) => {
          const blob = sampleBlob(size);
          // A storage may have held the empty blob for ever; all others are random.
          const outcome = await put(driver, blob);
          if (size > 1) assert.equal(outcome, "created");
          await assertStored(driver, blob);
          await using other = await harness.open();
          await assertStored(other, blob);
        }),
      );

    it(
      "that is absent has no stat, and reading it fails at the first step",
      withDriver(makeHarness, async (driver) => {
        const { digest } = sampleBlob(100);
        const locator = driver.locate(digest);
        assert.equal(await driver.stat(locator), undefined);
        // Asking alone must not fail: the promise is about the first step of the loop.
        const steps = driver.read(locator)[Symbol.asyncIterator]();
        await assert.rejects(steps.next(), (error) => kindOf(driver, error) === "not-found");
        await assert.rejects(
          readAll(driver, digest, { range: { start: 0, endExclusive: 10 } }),
          (error) => kindOf(driver, error) === "not-found",
        );
      }),
    );

    it(
      "has one locator, computed from its digest alone",
      withDriver(makeHarness, async (driver, harness) => {
        await using other = await harness.open();
        const digests = Array.from({ length: 200 }, (_, index) => digestOf(Buffer.from(`locate ${index}`)));
        const locators = digests.map((digest) => driver.locate(digest));
        assert.equal(new Set(locators).size, digests.length);
        for (const locator of locators) assert.ok(locator.startsWith(`${driver.scheme}:`), locator);
        await put(driver, sampleBlob(10));
        assert.deepEqual(
          digests.map((digest) => driver.locate(digest)),
          locators,
        );
        assert.deepEqual(
          digests.map((digest) => other.locate(digest)),
          locators,
        );
      }),
    );

    it(
      "that was written has a stat which names its own digest, if any",
      withDriver(makeHarness, async (driver) => {
        const blob = sampleBlob(5000);
        await put(driver, blob);
        const stat = await driver.stat(driver.locate(blob.digest));
        assert.equal(stat?.size, 5000);
        assert.equal(stat?.storedDigest ?? blob.digest, blob.digest);
      }),
    );

    it(
      "may be read by several readers at once",
      withDriver(makeHarness, async (driver) => {
        const blob = sampleBlob(300_000);
        await put(driver, blob);
        const readers = Array.from({ length: 8 }, () => readAll(driver, blob.digest));
        for (const bytes of await Promise.all(readers)) assertBytes(bytes, blob.bytes);
      }),
    );
  });
}
