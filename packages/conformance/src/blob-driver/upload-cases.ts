import assert from "node:assert/strict";
import type { BlobDriver, UnfinishedUpload } from "@bale/spec";
import type { TestApi } from "../test-api.js";
import { type BlobHarness, withDriver } from "./blob-harness.js";
import { assertStored, failureOf, put, sampleBlob } from "./sample-blob.js";

const SIZE = 200_000;

async function listAll(driver: BlobDriver): Promise<readonly UnfinishedUpload[]> {
  const listed: UnfinishedUpload[] = [];
  for await (const upload of driver.uploads?.list() ?? []) listed.push(upload);
  return listed;
}

/** Whether a source that breaks off leaves an unfinished upload is the driver's choice; what is listed can be given up. */
export function uploadCases({ it }: TestApi, makeHarness: () => Promise<BlobHarness>): void {
  it(
    "has none of what was written",
    withDriver(makeHarness, async (driver) => {
      if (!driver.uploads) return;
      await put(driver, sampleBlob(SIZE));
      assert.deepEqual(await listAll(driver), []);
    }),
  );

  it(
    "gives up what was left, also twice, and nothing else with it",
    withDriver(makeHarness, async (driver) => {
      const { uploads } = driver;
      if (!uploads) return;
      const [kept, broken] = [sampleBlob(SIZE), sampleBlob(SIZE)];
      await put(driver, kept);
      const failing = {
        size: SIZE,
        open: async function* () {
          yield broken.bytes.subarray(0, SIZE - 1000);
          throw new Error("the source failed on purpose");
        },
      };
      const { digest } = broken;
      await failureOf(driver.write(driver.locate(digest), failing, { digest }));
      const left = await listAll(driver);
      for (const upload of left) {
        assert.equal(upload.digest, digest);
        assert.equal(upload.locator, driver.locate(digest));
        await uploads.abort(upload);
        await uploads.abort(upload);
      }
      assert.deepEqual(await listAll(driver), []);
      await assertStored(driver, kept);
      assert.equal(await put(driver, broken), "created");
    }),
  );

  it(
    "keeps those that began since the given time out of the list",
    withDriver(makeHarness, async (driver) => {
      const { uploads } = driver;
      if (!uploads) return;
      const blob = sampleBlob(SIZE);
      const failing = {
        size: SIZE,
        open: async function* () {
          yield blob.bytes.subarray(0, SIZE - 1000);
          throw new Error("the source failed on purpose");
        },
      };
      await failureOf(driver.write(driver.locate(blob.digest), failing, { digest: blob.digest }));
      for await (const upload of uploads.list({ startedBefore: new Date(0) })) assert.fail(upload.id);
    }),
  );
}
