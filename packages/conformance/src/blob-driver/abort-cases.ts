import assert from "node:assert/strict";
import type { BlobDriver, ByteSource } from "@bale/spec";
import type { TestApi } from "../test-api.js";
import { type BlobHarness, withDriver } from "./blob-harness.js";
import {
  assertAbsent,
  assertBytes,
  assertStored,
  failureOf,
  kindOf,
  MiB,
  put,
  readAll,
  sampleBlob,
  sourceOf,
} from "./sample-blob.js";

function assertCancelled(driver: BlobDriver, error: unknown): void {
  assert.equal(kindOf(driver, error) ?? "cancelled", "cancelled");
}

export function abortCases({ describe, it }: TestApi, makeHarness: () => Promise<BlobHarness>): void {
  describe("after an abort", () => {
    it(
      "stat, read and write do nothing",
      withDriver(makeHarness, async (driver) => {
        const there = sampleBlob(1000);
        const fresh = sampleBlob(1000);
        await put(driver, there);
        const signal = AbortSignal.abort();
        assertCancelled(driver, await failureOf(driver.stat(driver.locate(there.digest), { signal })));
        assertCancelled(driver, await failureOf(readAll(driver, there.digest, { signal })));
        assertCancelled(driver, await failureOf(put(driver, fresh, { signal })));
        await assertAbsent(driver, fresh.digest);
        await assertStored(driver, there);
      }),
    );

    it(
      "a write that had begun leaves nothing",
      withDriver(makeHarness, async (driver) => {
        const blob = sampleBlob(MiB);
        const stop = new AbortController();
        const source: ByteSource = {
          size: blob.bytes.length,
          open: async function* (options) {
            let sent = options?.range?.start ?? 0;
            for await (const chunk of sourceOf(blob.bytes).open(options)) {
              // The source goes on: noticing the signal is the driver's part.
              if (sent >= MiB / 2) stop.abort();
              sent += chunk.length;
              yield chunk;
            }
          },
        };
        const { digest } = blob;
        const { signal } = stop;
        assertCancelled(
          driver,
          await failureOf(driver.write(driver.locate(digest), source, { digest, signal })),
        );
        await assertAbsent(driver, digest);
        await put(driver, blob);
        await assertStored(driver, blob);
      }),
    );

    it(
      "a read that had begun fails; it does not end as if it were complete",
      withDriver(makeHarness, async (driver) => {
        // Large enough that no driver can have all of it in hand after the first chunk.
        const blob = sampleBlob(8 * MiB);
        await put(driver, blob);
        const stop = new AbortController();
        let received = 0;
        const reading = (async () => {
          for await (const chunk of driver.read(driver.locate(blob.digest), { signal: stop.signal })) {
            received += chunk.length;
            stop.abort();
          }
        })();
        assertCancelled(driver, await failureOf(reading));
        assert.ok(received < blob.bytes.length);
        assertBytes(await readAll(driver, blob.digest), blob.bytes);
      }),
    );
  });
}
