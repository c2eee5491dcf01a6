import { randomBytes } from "node:crypto";
import { BaleError, type ByteRange } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSegmentRoom } from "./segment-room.js";
import { type BlobPart, type SegmentedRead, segmentedRead } from "./segmented-read.js";

interface Backend {
  readonly fetch: SegmentedRead["fetch"];
  readonly asked: (readonly [number, number])[];
  readonly most: () => number;
}

/** Answers like a server that knows ranges, after as many turns as `turns` says, in small pieces. */
function backend(bytes: Uint8Array, turns: () => number = () => 0): Backend {
  const asked: (readonly [number, number])[] = [];
  let open = 0;
  let most = 0;
  return {
    asked,
    most: () => most,
    fetch: async ({ start, endExclusive }, signal) => {
      asked.push([start, endExclusive]);
      most = Math.max(most, ++open);
      for (let turn = turns(); turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      open--;
      if (start >= bytes.length) throw new BaleError({ code: "RANGE_INVALID", message: "no" });
      const end = Math.min(endExclusive, bytes.length);
      return {
        start,
        end,
        total: bytes.length,
        abandon: async () => {},
        bytes: (async function* () {
          for (let at = start; at < end; at += 7) yield bytes.subarray(at, Math.min(at + 7, end));
        })(),
      };
    },
  };
}

async function bytesOf(read: SegmentedRead): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of segmentedRead(read)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("a read in segments", () => {
  it("brings exactly the bytes asked for, however segments and room are", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(300),
        fc.integer({ min: 1, max: 90 }),
        fc.nat(4),
        fc.option(fc.tuple(fc.nat(320), fc.option(fc.nat(320), { nil: undefined })), { nil: undefined }),
        fc.infiniteStream(fc.nat(3)),
        async (size, segmentBytes, segments, span, turns) => {
          const bytes = randomBytes(size);
          const room = createSegmentRoom(segments);
          const range: ByteRange | undefined = span && { start: span[0], endExclusive: span[1] };
          const { fetch } = backend(bytes, () => turns.next().value as number);
          const isThere =
            !range ||
            (range.start < Math.min(range.endExclusive ?? size, size) && (range.endExclusive ?? 0) <= size);
          const reading = bytesOf({ fetch, room, segmentBytes, range });
          if (isThere)
            expect((await reading).equals(bytes.subarray(range?.start, range?.endExclusive))).toBe(true);
          else await expect(reading).rejects.toMatchObject({ code: "RANGE_INVALID" });
          // All room is back.
          for (let taken = 0; taken < segments; taken++) expect(room.tryTake()).toBe(true);
          expect(room.tryTake()).toBe(false);
        },
      ),
    );
  });

  it("fetches as many segments at once as there is room for, and one more that needs none", async () => {
    const { asked, fetch, most } = backend(randomBytes(100), () => 3);
    await bytesOf({ fetch, room: createSegmentRoom(3), segmentBytes: 10 });
    expect(asked).toHaveLength(10);
    expect(most()).toBe(3);
  });

  it("that is broken off stops what it fetches, and gives all room back", async () => {
    const room = createSegmentRoom(2);
    const stopped: boolean[] = [];
    const { fetch } = backend(randomBytes(100), () => 50);
    const first = backend(randomBytes(100));
    const read = segmentedRead({
      room,
      segmentBytes: 10,
      fetch: async (range, signal) => {
        if (range.start === 0) return first.fetch(range, signal);
        try {
          return await fetch(range, signal);
        } catch (error) {
          stopped.push(true);
          throw error;
        }
      },
    });
    for await (const chunk of read) if (chunk.length > 0) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
    while (stopped.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect([room.tryTake(), room.tryTake(), room.tryTake()]).toEqual([true, true, false]);
  });

  it.each<[string, (part: BlobPart) => BlobPart, string]>([
    ["another place", (part) => ({ ...part, start: part.start + 1, end: part.end + 1 }), "RANGE_INVALID"],
    [
      "fewer bytes than it says",
      (part) => ({
        ...part,
        bytes: (async function* () {
          yield new Uint8Array(1);
        })(),
      }),
      "TRUNCATED",
    ],
    [
      "more bytes than it says",
      (part) => ({
        ...part,
        bytes: (async function* () {
          yield new Uint8Array(99);
        })(),
      }),
      "RANGE_INVALID",
    ],
  ])("fails when a segment has %s", async (_, change, code) => {
    // Ahead, directly, and first.
    for (const [at, segments] of [
      [20, 4],
      [20, 0],
      [0, 4],
    ]) {
      const { fetch } = backend(randomBytes(100));
      const changed: SegmentedRead["fetch"] = async (range, signal) => {
        const part = await fetch(range, signal);
        return range.start === at ? change(part) : part;
      };
      const read = { fetch: changed, room: createSegmentRoom(segments ?? 0), segmentBytes: 10 };
      await expect(bytesOf(read)).rejects.toMatchObject({ code });
    }
  });

  it("takes the whole from a server that knows no ranges, where it wants the whole", async () => {
    const bytes = randomBytes(100);
    const whole = (): BlobPart => ({
      start: 0,
      end: 100,
      total: 100,
      abandon: async () => {},
      bytes: (async function* () {
        yield bytes;
      })(),
    });
    const read = { fetch: async () => whole(), room: createSegmentRoom(1), segmentBytes: 10 };
    expect((await bytesOf(read)).equals(bytes)).toBe(true);
    await expect(bytesOf({ ...read, range: { start: 5 } })).rejects.toMatchObject({ code: "RANGE_INVALID" });
    await expect(bytesOf({ ...read, range: { start: 0, endExclusive: 5 } })).rejects.toMatchObject({
      code: "RANGE_INVALID",
    });
  });
});
