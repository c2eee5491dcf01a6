import assert from "node:assert/strict";
import type { BlobDriver, ByteSource } from "@bale/spec";
import type { TestApi } from "../test-api.js";
import { type BlobHarness, withDriver } from "./blob-harness.js";
import {
  assertAbsent,
  assertStored,
  digestOf,
  failureOf,
  kindOf,
  put,
  type SampleBlob,
  sampleBlob,
  sourceOf,
} from "./sample-blob.js";

const SIZE = 200_000;

/** A source that announces `size` bytes and gives `bytes`, whatever range is asked for. */
function lyingSource(bytes: Uint8Array, size: number): ByteSource {
  return { size, open: () => sourceOf(bytes).open() };
}

/** Fails behind so many bytes of the content while `fails` says so. */
function breakingSource(bytes: Uint8Array, after: number, fails: () => boolean): ByteSource {
  return {
    size: bytes.length,
    open: async function* (options) {
      const broken = fails();
      let sent = options?.range?.start ?? 0;
      for await (const chunk of sourceOf(bytes, 10_000).open(options)) {
        if (broken && sent >= after) throw new Error("the source failed on purpose");
        sent += chunk.length;
        yield chunk;
      }
    },
  };
}

async function write(
  driver: BlobDriver,
  blob: SampleBlob,
  source: ByteSource,
): Promise<"created" | "existed"> {
  return driver.write(driver.locate(blob.digest), source, { digest: blob.digest });
}

export function writeCases({ describe, it }: TestApi, makeHarness: () => Promise<BlobHarness>): void {
  describe("a write", () => {
    it(
      "may be repeated, by this driver and by another",
      withDriver(makeHarness, async (driver, harness) => {
        const blob = sampleBlob(SIZE);
        assert.equal(await put(driver, blob), "created");
        await using other = await harness.open();
        for (const again of [driver, other])
          assert.ok(["created", "existed"].includes(await put(again, blob)));
        await assertStored(driver, blob);
      }),
    );

    it(
      "counts its bytes up to the size",
      withDriver(makeHarness, async (driver) => {
        const blob = sampleBlob(SIZE);
        const counts: number[] = [];
        await put(driver, blob, { onBytes: (sent) => counts.push(sent) });
        assert.ok(counts.every((count) => count >= 0 && count <= SIZE));
        if (counts.length > 0) assert.equal(counts.at(-1), SIZE);
      }),
    );

    for (const after of [0, 100_000, SIZE - 10_000])
      it(
        `whose source fails after ${after} bytes leaves nothing, and works when it is repeated`,
        withDriver(makeHarness, async (driver) => {
          const blob = sampleBlob(SIZE);
          let failing = true;
          const source = breakingSource(blob.bytes, after, () => failing);
          await assert.rejects(write(driver, blob, source));
          await assertAbsent(driver, blob.digest);
          failing = false;
          // The same source, opened once more.
          assert.equal(await write(driver, blob, source), "created");
          await assertStored(driver, blob);
        }),
      );

    for (const [name, given] of [
      ["fewer", SIZE - 1],
      ["no", 0],
      ["more", SIZE + 1],
    ] as const)
      it(
        `whose source gives ${name} bytes than it announced fails and leaves nothing`,
        withDriver(makeHarness, async (driver) => {
          const { bytes } = sampleBlob(SIZE + 1);
          const digest = digestOf(bytes.subarray(0, Math.max(given, SIZE)));
          const blob = { bytes: bytes.subarray(0, given), digest };
          await assert.rejects(write(driver, blob, lyingSource(blob.bytes, SIZE)));
          await assertAbsent(driver, digest);
        }),
      );

    it(
      "of bytes that do not have the digest is refused where the backend checks digests",
      withDriver(makeHarness, async (driver) => {
        if (!driver.verifiesDigest) return;
        const { bytes } = sampleBlob(SIZE);
        const { digest } = sampleBlob(SIZE);
        await assert.rejects(write(driver, { bytes, digest }, sourceOf(bytes)));
        await assertAbsent(driver, digest);
      }),
    );

    it(
      "that the backend breaks leaves nothing or everything",
      withDriver(makeHarness, async (driver, harness) => {
        if (!harness.failAfter) return;
        const blob = sampleBlob(SIZE);
        await harness.failAfter(SIZE / 2);
        try {
          // A driver may get over it by itself.
          await put(driver, blob);
        } catch (error) {
          assert.notEqual(kindOf(driver, error), undefined);
          await assertAbsent(driver, blob.digest);
          await put(driver, blob);
        }
        await assertStored(driver, blob);
      }),
    );
  });

  describe("writes at once", () => {
    it(
      "of one blob, twenty of them, all end well",
      withDriver(makeHarness, async (driver, harness) => {
        await using other = await harness.open();
        const blob = sampleBlob(SIZE);
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, (_, index) => put(index % 2 === 0 ? driver : other, blob)),
        );
        assert.ok(outcomes.includes("created"));
        assert.ok(outcomes.every((outcome) => outcome === "created" || outcome === "existed"));
        await assertStored(driver, blob);
      }),
    );

    it(
      "of fifty blobs keep them apart",
      withDriver(makeHarness, async (driver) => {
        const blobs = Array.from({ length: 50 }, (_, index) => sampleBlob(1000 + index));
        const outcomes = await Promise.all(blobs.map((blob) => put(driver, blob)));
        assert.ok(outcomes.every((outcome) => outcome === "created"));
        for (const blob of blobs) await assertStored(driver, blob);
      }),
    );

    it(
      "of which one fails do not disturb each other",
      withDriver(makeHarness, async (driver) => {
        const blobs = Array.from({ length: 6 }, () => sampleBlob(20_000));
        const broken = sampleBlob(SIZE);
        const failing = failureOf(
          write(
            driver,
            broken,
            breakingSource(broken.bytes, 50_000, () => true),
          ),
        );
        await Promise.all([failing, ...blobs.map((blob) => put(driver, blob))]);
        for (const blob of blobs) await assertStored(driver, blob);
        await assertAbsent(driver, broken.digest);
      }),
    );
  });
}
