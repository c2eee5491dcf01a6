import { BaleError, type ByteStream } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createByteReader } from "./byte-reader.js";

async function* chunksOf(
  bytes: Uint8Array,
  sizes: readonly number[],
  onEnd: () => void = () => {},
): ByteStream {
  try {
    let at = 0;
    for (let index = 0; at < bytes.length; index++) {
      const size = sizes[index % sizes.length] ?? 1;
      yield bytes.subarray(at, at + size);
      at += size;
    }
  } finally {
    onEnd();
  }
}
async function collect(stream: ByteStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
const numbers = Uint8Array.from({ length: 200 }, (_, index) => index);

describe("a byte reader", () => {
  it("gives the same bytes however they come and are asked for", async () => {
    const asked = fc.array(
      fc.record({ how: fc.constantFrom("take", "skip", "stream"), count: fc.nat({ max: 30 }) }),
      { maxLength: 20 },
    );
    const sizes = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(asked, sizes, async (steps, pieces) => {
        fc.pre(pieces.some((size) => size > 0));
        const reader = createByteReader(chunksOf(numbers, pieces));
        let at = 0;
        for (const { how, count } of steps) {
          if (at + count > numbers.length) break;
          const expected = Buffer.from(numbers.subarray(at, at + count));
          if (how === "take") expect(Buffer.from(await reader.take(count))).toEqual(expected);
          else if (how === "stream") expect(await collect(reader.stream(count))).toEqual(expected);
          else await reader.skip(count);
          at += count;
          expect(reader.position()).toBe(at);
        }
        await reader.skip(numbers.length - at);
        await reader.finish();
      }),
    );
  });

  it("goes on where a reader of its stream broke off", async () => {
    const reader = createByteReader(chunksOf(numbers, [10]));
    for await (const chunk of reader.stream(95)) if (chunk[0] === 20) break;
    expect(reader.position()).toBe(30);
    expect([...(await reader.take(3))]).toEqual([30, 31, 32]);
  });

  it("says TRUNCATED when bytes are missing", async () => {
    for (const ask of ["take", "skip"] as const) {
      const reader = createByteReader(chunksOf(numbers, [30]));
      await expect(reader[ask](201)).rejects.toMatchObject({ code: "TRUNCATED" });
      expect(reader.failure()).toMatchObject({ code: "TRUNCATED" });
    }
  });

  it("says SIZE_MISMATCH when there is more, and not for empty chunks", async () => {
    const long = createByteReader(chunksOf(numbers, [30]));
    await long.take(199);
    await expect(long.finish()).rejects.toMatchObject({ code: "SIZE_MISMATCH" });
    const trailing = createByteReader(
      (async function* () {
        yield numbers;
        yield new Uint8Array(0);
      })(),
    );
    await trailing.take(200);
    await trailing.finish();
  });

  it("passes on what the stream throws, also at its last step", async () => {
    const boom = new BaleError({ code: "DIGEST_MISMATCH", message: "wrong" });
    const reader = createByteReader(
      (async function* () {
        yield numbers;
        throw boom;
      })(),
    );
    await reader.take(200);
    expect(reader.failure()).toBeUndefined();
    await expect(reader.finish()).rejects.toBe(boom);
    expect(reader.failure()).toBe(boom);
  });

  it("lets go of its source when it is closed", async () => {
    let ended = 0;
    const reader = createByteReader(chunksOf(numbers, [10], () => ended++));
    await reader.take(5);
    await reader.close();
    expect(ended).toBe(1);
  });
});
