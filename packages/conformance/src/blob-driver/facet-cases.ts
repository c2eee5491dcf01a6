import assert from "node:assert/strict";
import type { BlobDriver, BlobListing, BlobLocator } from "@bale/spec";
import type { TestApi } from "../test-api.js";
import { type BlobHarness, withDriver } from "./blob-harness.js";
import { assertAbsent, assertStored, failureOf, put, sampleBlob } from "./sample-blob.js";
import { uploadCases } from "./upload-cases.js";

type Listed = ReturnType<BlobListing["list"]> extends AsyncIterable<infer Item> ? Item : never;

async function listAll(driver: BlobDriver, after?: BlobLocator): Promise<readonly Listed[]> {
  const listed: Listed[] = [];
  for await (const item of driver.listing?.list(after === undefined ? {} : { after }) ?? [])
    listed.push(item);
  return listed;
}

function listingCases({ it }: TestApi, makeHarness: () => Promise<BlobHarness>): void {
  it(
    "lists nothing where nothing was written",
    withDriver(makeHarness, async (driver) => {
      if (driver.listing) assert.deepEqual(await listAll(driver), []);
    }),
  );

  it(
    "lists every blob once, with its size, and goes on after any of them",
    withDriver(makeHarness, async (driver) => {
      if (!driver.listing) return;
      const blobs = Array.from({ length: 25 }, (_, index) => sampleBlob(100 + index));
      for (const blob of blobs) await put(driver, blob);
      const listed = await listAll(driver);
      const byDigest = new Map(listed.map((item) => [item.digest, item]));
      assert.equal(listed.length, blobs.length);
      for (const { digest, bytes } of blobs) {
        assert.equal(byDigest.get(digest)?.size, bytes.length);
        assert.equal(byDigest.get(digest)?.locator, driver.locate(digest));
      }
      // Whatever the order is, it is the same each time, and `after` cuts it.
      for (const index of [0, 11, 23, 24]) {
        const { locator } = listed[index] as Listed;
        assert.deepEqual(await listAll(driver, locator), listed.slice(index + 1));
      }
    }),
  );

  it(
    "does not list what was never finished, and stops when it is aborted",
    withDriver(makeHarness, async (driver) => {
      if (!driver.listing) return;
      const blob = sampleBlob(5000);
      const failing = {
        size: 5000,
        open: async function* () {
          yield blob.bytes.subarray(0, 2500);
          throw new Error("the source failed on purpose");
        },
      };
      await assert.rejects(driver.write(driver.locate(blob.digest), failing, { digest: blob.digest }));
      assert.deepEqual(await listAll(driver), []);
      await put(driver, blob);
      const { listing } = driver;
      await failureOf(
        (async () => {
          for await (const item of listing.list({ signal: AbortSignal.abort() })) assert.ok(item);
        })(),
      );
    }),
  );
}

function deletionCases({ it }: TestApi, makeHarness: () => Promise<BlobHarness>): void {
  it(
    "removes one blob and no other, which can then be written again",
    withDriver(makeHarness, async (driver) => {
      if (!driver.deletion) return;
      const [gone, kept] = [sampleBlob(1000), sampleBlob(1000)];
      await put(driver, gone);
      await put(driver, kept);
      await driver.deletion.delete(driver.locate(gone.digest));
      await assertAbsent(driver, gone.digest);
      await assertStored(driver, kept);
      assert.equal(await put(driver, gone), "created");
      await assertStored(driver, gone);
    }),
  );

  it(
    "succeeds for what is not there, and does nothing after an abort",
    withDriver(makeHarness, async (driver) => {
      const { deletion } = driver;
      if (!deletion) return;
      await deletion.delete(driver.locate(sampleBlob(10).digest));
      const blob = sampleBlob(10);
      await put(driver, blob);
      await failureOf(deletion.delete(driver.locate(blob.digest), { signal: AbortSignal.abort() }));
      await assertStored(driver, blob);
    }),
  );
}

/** A facet that is there works; one that is not is no fault. */
export function facetCases(api: TestApi, makeHarness: () => Promise<BlobHarness>): void {
  api.describe("listing, where it is offered,", () => listingCases(api, makeHarness));
  api.describe("deletion, where it is offered,", () => deletionCases(api, makeHarness));
  api.describe("unfinished uploads, where they are offered,", () => uploadCases(api, makeHarness));
  api.describe("mounting, where it is offered,", () => {
    api.it(
      "declines what the other repository does not hold",
      withDriver(makeHarness, async (driver) => {
        if (!driver.mounting) return;
        const { digest } = sampleBlob(100);
        assert.equal(await driver.mounting.mount(digest, "acme/nothing-here"), "declined");
        await assertAbsent(driver, digest);
      }),
    );
  });
}
