import { gzipSync } from "node:zlib";
import { BaleError, type ByteStream } from "@bale/spec";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noise, text } from "../noise.testing.js";
import { DECODED_AT_ONCE, decodeMembers, decodeStream } from "./decode-members.js";

async function* pieces(bytes: Uint8Array, size: number): ByteStream {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function collect(stream: ByteStream): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}
/** Content in three members. */
function members(content: Uint8Array): Buffer {
  const third = Math.ceil(content.length / 3);
  return Buffer.concat([0, 1, 2].map((part) => gzipSync(content.subarray(part * third, (part + 1) * third))));
}

const warnings: Error[] = [];
const note = (warning: Error) => warnings.push(warning);
beforeEach(() => {
  warnings.length = 0;
  process.on("warning", note);
});
afterEach(() => {
  process.off("warning", note);
});

describe("small members", () => {
  it("are decoded whole, one or several", async () => {
    const content = text(50_000);
    expect(Buffer.from(await decodeMembers(members(content), 50_000)).equals(content)).toBe(true);
  });

  it("of another writer may decode to more than is held, as long as what is needed comes first", async () => {
    const content = Buffer.concat([noise(1000), Buffer.alloc(DECODED_AT_ONCE)]);
    const decoded = await decodeMembers(gzipSync(content), 1000);
    expect(Buffer.from(decoded.subarray(0, 1000)).equals(noise(1000))).toBe(true);
    expect(decoded.length).toBeLessThan(DECODED_AT_ONCE);
  });

  it.each([
    ["cut", gzipSync(text(5000)).subarray(0, 40)],
    ["no gzip", Buffer.from("plain bytes")],
    ["shorter than needed", gzipSync(text(100))],
    ["damaged", Buffer.concat([gzipSync(text(5000)).subarray(0, 30), noise(30)])],
  ])("that are %s are DIGEST_MISMATCH", async (_name, stored) => {
    await expect(decodeMembers(stored, 5000)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
  });
});

describe("members as a stream", () => {
  const content = Buffer.concat([text(1_000_000), noise(1_500_000)]);
  const stored = members(content);

  it.each([
    [0, content.length, 100_000],
    [0, content.length, 1000],
    [1_234_567, 10, 50_000],
    [999_999, 1_000_000, 7777],
    [content.length - 1, 1, 1_000_000],
  ])("from %i, %i bytes, in pieces of %i", async (skip, take, size) => {
    const decoded = await collect(decodeStream(pieces(stored, size), skip, take));
    expect(decoded.equals(content.subarray(skip, skip + take))).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
  });

  it("stop where enough is decoded, and let go of what they read", async () => {
    let given = 0;
    let ended = false;
    const endless = (async function* () {
      try {
        for await (const piece of pieces(gzipSync(noise(5_000_000)), 10_000)) {
          given += piece.length;
          yield piece;
        }
      } finally {
        ended = true;
      }
    })();
    expect((await collect(decodeStream(endless, 0, 100))).length).toBe(100);
    expect(given).toBeLessThan(2_000_000);
    expect(ended).toBe(true);
  });

  it("let go of what they read when their reader breaks off", async () => {
    let ended = false;
    const source = (async function* () {
      try {
        yield* pieces(stored, 10_000);
      } finally {
        ended = true;
      }
    })();
    for await (const chunk of decodeStream(source, 0, content.length)) if (chunk.length > 0) break;
    expect(ended).toBe(true);
  });

  it("that are too short or damaged are DIGEST_MISMATCH", async () => {
    const failures = [
      decodeStream(pieces(stored, 9999), 0, content.length + 1),
      decodeStream(pieces(stored.subarray(0, stored.length - 5000), 9999), 0, content.length),
      decodeStream(pieces(Buffer.from("plain bytes"), 3), 0, 1),
      decodeStream(pieces(new Uint8Array(0), 3), 0, 1),
    ];
    for (const failure of failures)
      await expect(collect(failure)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
  });

  it("pass on what the source throws", async () => {
    const boom = new BaleError({ code: "SERVER", message: "gone" });
    const source = (async function* () {
      yield stored.subarray(0, 100_000);
      throw boom;
    })();
    await expect(collect(decodeStream(source, 0, content.length))).rejects.toBe(boom);
  });
});
