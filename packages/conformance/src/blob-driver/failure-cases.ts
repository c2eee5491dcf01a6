import assert from "node:assert/strict";
import type { TestApi } from "../test-api.js";
import { type BlobHarness, withDriver } from "./blob-harness.js";
import { assertAbsent, failureOf, kindOf, put, readAll, sampleBlob } from "./sample-blob.js";

/** What a driver throws must be a word of the portable vocabulary, or nobody can act on it. */
export function failureCases({ describe, it }: TestApi, makeHarness: () => Promise<BlobHarness>): void {
  describe("classify", () => {
    it(
      "knows nothing of errors that are none of the driver's",
      withDriver(makeHarness, async (driver) => {
        assert.equal(driver.classify(new Error("somebody else's")), undefined);
        assert.equal(driver.classify("a text"), undefined);
        assert.equal(driver.classify(undefined), undefined);
      }),
    );

    it(
      "has a word for reading from a place that does not exist",
      withDriver(makeHarness, async (_driver, harness) => {
        if (!harness.openMissing) return;
        await using missing = await harness.openMissing();
        const error = await failureOf(readAll(missing, sampleBlob(10).digest));
        assert.notEqual(kindOf(missing, error), undefined, String(error));
      }),
    );

    it(
      "has a word for writing without permission, and nothing is written",
      withDriver(makeHarness, async (driver, harness) => {
        if (!harness.openReadOnly) return;
        const there = sampleBlob(1000);
        const fresh = sampleBlob(1000);
        await put(driver, there);
        await using readOnly = await harness.openReadOnly();
        const error = await failureOf(put(readOnly, fresh));
        const kind = kindOf(readOnly, error);
        assert.ok(kind === "permission-denied" || kind === "unsupported", `${kind}: ${String(error)}`);
        await assertAbsent(driver, fresh.digest);
        assert.equal((await readAll(readOnly, there.digest)).length, 1000);
      }),
    );
  });
}
