import { gzipSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeOf, randomBytes } from "../storage.testing.js";
import { deflateRawAsync, nodeDeflater } from "./node-deflater.js";
import { nodeHasher } from "./node-hasher.js";
import { nodeInflater } from "./node-inflater.js";

describe("nodeHasher", () => {
  it("gives SHA-256, in one go and in pieces", () => {
    const abc = new TextEncoder().encode("abc");
    const known = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(nodeHasher.digest(abc)).toBe(known);
    const running = nodeHasher.begin();
    for (const byte of abc) running.update(Uint8Array.of(byte));
    expect(running.finish()).toBe(known);
  });
});

describe("nodeDeflater", () => {
  it("deflates what inflates again, here and in the pool alike", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 5000 }),
        fc.integer({ min: 0, max: 9 }),
        async (bytes, level) => {
          const deflated = nodeDeflater.deflateRaw(bytes, level);
          expect(inflateRawSync(deflated).equals(bytes)).toBe(true);
          expect(Buffer.from(await deflateRawAsync(bytes, level)).equals(deflated)).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("sums CRC-32 in pieces", () => {
    const bytes = new TextEncoder().encode("123456789");
    expect(nodeDeflater.crc32(bytes)).toBe(0xcbf43926);
    expect(nodeDeflater.crc32(bytes.subarray(4), nodeDeflater.crc32(bytes.subarray(0, 4)))).toBe(0xcbf43926);
  });
});

describe("nodeInflater", () => {
  const gunzip = async (bytes: Uint8Array, limit: number): Promise<Uint8Array> =>
    nodeInflater.gunzip(bytes, limit);
  it("reads one or more members, up to its limit exactly", async () => {
    const bytes = randomBytes(1000);
    const two = Buffer.concat([gzipSync(bytes.subarray(0, 400)), gzipSync(bytes.subarray(400))]);
    expect(Buffer.from(await gunzip(two, 1000)).equals(bytes)).toBe(true);
    expect(await codeOf(gunzip(two, 999))).toBe("LIMIT");
    expect(await gunzip(gzipSync(new Uint8Array()), 0)).toHaveLength(0);
    expect(await codeOf(gunzip(gzipSync(Uint8Array.of(1)), 0))).toBe("LIMIT");
  });

  it("refuses damage and anything that follows", async () => {
    const good = gzipSync(randomBytes(1000));
    const bad = Uint8Array.from(good);
    bad[500] = (bad[500] as number) ^ 1;
    for (const bytes of [
      bad,
      good.subarray(0, 900),
      new Uint8Array(),
      Buffer.concat([good, Buffer.from("x")]),
      Buffer.concat([good, Buffer.alloc(4)]),
    ])
      expect(await codeOf(gunzip(bytes, 10_000))).toBe("INDEX_INVALID");
  });

  it("stops at a bomb before it has expanded", async () => {
    expect(await codeOf(gunzip(gzipSync(Buffer.alloc(50_000_000)), 1_000_000))).toBe("LIMIT");
  });
});
