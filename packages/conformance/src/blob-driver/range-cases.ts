import assert from "node:assert/strict";
import type { TestApi } from "../test-api.js";
import { type BlobHarness, withDriver } from "./blob-harness.js";
import { assertBytes, failureOf, kindOf, MiB, put, readAll, sampleBlob } from "./sample-blob.js";

const SIZE = 300_000;

export function rangeCases({ describe, it }: TestApi, makeHarness: () => Promise<BlobHarness>): void {
  describe("a range", () => {
    const ranges: readonly (readonly [name: string, start: number, endExclusive?: number])[] = [
      ["at the start", 0, 1],
      ["in the middle", 70_001, 200_003],
      ["at the end", SIZE - 3, SIZE],
      ["with an open end", 100],
      ["of everything", 0, SIZE],
      ["of everything, with an open end", 0],
      ["of the last byte, with an open end", SIZE - 1],
    ];
    for (const [name, start, endExclusive] of ranges)
      it(
        `${name} brings exactly its bytes`,
        withDriver(makeHarness, async (driver) => {
          const blob = sampleBlob(SIZE);
          await put(driver, blob);
          const range = endExclusive === undefined ? { start } : { start, endExclusive };
          assertBytes(
            await readAll(driver, blob.digest, { range }),
            blob.bytes.subarray(start, endExclusive),
          );
        }),
      );

    const wrong: readonly (readonly [name: string, start: number, endExclusive?: number])[] = [
      ["begins at the end", SIZE, SIZE + 5],
      ["begins at the end and is open", SIZE],
      ["begins behind the end", SIZE + 10],
      ["ends behind the end", SIZE - 10, SIZE + 1],
    ];
    for (const [name, start, endExclusive] of wrong)
      it(
        `that ${name} is an error, never fewer bytes`,
        withDriver(makeHarness, async (driver) => {
          const blob = sampleBlob(SIZE);
          await put(driver, blob);
          const range = endExclusive === undefined ? { start } : { start, endExclusive };
          const error = await failureOf(readAll(driver, blob.digest, { range }));
          assert.notEqual(kindOf(driver, error), undefined);
        }),
      );
  });

  describe("breaking out of a read", () => {
    it(
      "lets go of what it held, as often as it happens",
      withDriver(makeHarness, async (driver) => {
        const blob = sampleBlob(MiB + 1);
        await put(driver, blob);
        // More often than any pool of connections, handles or places is large.
        for (let round = 0; round < 40; round++)
          for await (const chunk of driver.read(driver.locate(blob.digest))) {
            assertBytes(chunk, blob.bytes.subarray(0, chunk.length));
            break;
          }
        assertBytes(await readAll(driver, blob.digest), blob.bytes);
      }),
    );

    it(
      "before the first step asks for nothing",
      withDriver(makeHarness, async (driver) => {
        const { digest } = sampleBlob(10);
        await driver.read(driver.locate(digest))[Symbol.asyncIterator]().return?.();
      }),
    );
  });
}
