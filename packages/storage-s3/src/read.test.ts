import { BaleError } from "@bale/spec";
import { createBlobStore, nodeHasher } from "@bale/storage";
import { describe, expect, it } from "vitest";
import { type FakeRequest, fakeS3 } from "./fake-s3.testing.js";
import { SEGMENT } from "./segment-room.js";
import { driverOn, keyOf, sample, storeOf } from "./store.testing.js";

// Four segments and a bit: one that streams, three ahead, one more.
const large = sample(4 * SEGMENT + 1000);
const rangeOf = ({ headers }: FakeRequest): string | undefined => headers["range"];

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
function filled(options: Parameters<typeof storeOf>[0] = {}) {
  const store = storeOf(options);
  store.fake.objects.set(keyOf(large), large.bytes);
  return { ...store, locator: store.driver.locate(large.digest) };
}

describe("a large read", () => {
  it("comes in segments, in order, each asked for once", async () => {
    const { fake, driver, locator } = filled();
    expect((await collect(driver.read(locator))).equals(large.bytes)).toBe(true);
    const ranges = Array.from({ length: 5 }, (_, index) => {
      const start = index * SEGMENT;
      return `bytes=${start}-${Math.min(start + SEGMENT, large.size) - 1}`;
    });
    expect(fake.log.map(rangeOf).sort()).toEqual(ranges.sort());
  });

  it.each([
    [1, large.size],
    [SEGMENT - 1, SEGMENT + 1],
    [10, SEGMENT + 10],
    [SEGMENT, 3 * SEGMENT + 5],
    [2 * SEGMENT + 7, undefined],
  ])("of bytes %i to %s is exactly those", async (start, endExclusive) => {
    const { driver, locator } = filled();
    const got = await collect(driver.read(locator, { range: { start, endExclusive } }));
    expect(got.equals(large.bytes.subarray(start, endExclusive))).toBe(true);
  });

  it("repeats a segment that breaks off, without a word to the reader", async () => {
    let broken = 0;
    const { driver, locator, pauses } = filled({
      after: (request, reply) => {
        const { start } = /bytes=(?<start>\d+)/.exec(rangeOf(request) ?? "")?.groups ?? {};
        if (Number(start) === 0 || ++broken > 2) return reply;
        return { ...reply, body: reply.body?.slice(0, 70_000) };
      },
    });
    expect((await collect(driver.read(locator))).equals(large.bytes)).toBe(true);
    expect([broken > 2, pauses.length]).toEqual([true, 2]);
  });

  it("that breaks in the segment at hand is continued by the store around it", async () => {
    let broken = false;
    const { driver } = filled({
      after: (_, reply) => {
        if (broken) return reply;
        broken = true;
        return { ...reply, body: reply.body?.slice(0, 70_000) };
      },
    });
    const store = createBlobStore(driver, {
      hasher: nodeHasher,
      name: "big",
      retry: { sleep: async () => {} },
    });
    expect((await collect(store.get(large))).equals(large.bytes)).toBe(true);
  });

  it("keeps few segments in memory, over all reads of a driver, and stops asking when nobody reads on", async () => {
    const { fake, driver, locator } = filled();
    const readers = Array.from({ length: 6 }, () => driver.read(locator)[Symbol.asyncIterator]());
    for (const reader of readers) await reader.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    // Six that stream their first segment, three segments ahead, and for those without room the next one as a stream.
    expect(fake.log.length).toBeLessThanOrEqual(6 + 3 + 6);
    for (const reader of readers) await reader.return?.();
    // The room is given back: three segments are fetched ahead of the next reader.
    const before = fake.log.length;
    const next = driver.read(locator)[Symbol.asyncIterator]();
    await next.next();
    while (fake.log.length - before < 4) await new Promise((resolve) => setImmediate(resolve));
    expect(fake.log.length - before).toBe(4);
    await next.return?.();
  });

  it("ends with the failure of a segment, and not as if it were complete", async () => {
    const { driver, locator } = filled({
      fault: (request) => {
        if (rangeOf(request)?.startsWith(`bytes=${2 * SEGMENT}-`))
          throw new BaleError({ code: "TLS", message: "no more" });
        return undefined;
      },
    });
    let received = 0;
    const reading = (async () => {
      for await (const chunk of driver.read(locator)) received += chunk.length;
    })();
    await expect(reading).rejects.toMatchObject({ code: "TLS" });
    expect(received).toBe(2 * SEGMENT);
  });

  it("of an object that changes its size meanwhile fails", async () => {
    const { fake, driver, locator } = filled();
    const reading = (async () => {
      for await (const chunk of driver.read(locator))
        if (chunk) fake.objects.set(keyOf(large), large.bytes.subarray(0, 3 * SEGMENT));
    })();
    await expect(reading).rejects.toSatisfy((error) => BaleError.is(error));
  });
});

describe("a read", () => {
  it("of no bytes, of an object of none, is one", async () => {
    const empty = sample(0);
    const fake = fakeS3();
    fake.objects.set(keyOf(empty), empty.bytes);
    const driver = driverOn(fake);
    expect((await collect(driver.read(driver.locate(empty.digest)))).length).toBe(0);
  });

  it("of a server that knows no ranges works for the whole, and is refused for a part", async () => {
    const small = sample(3000);
    const fake = fakeS3({
      after: (_, reply) => ({
        status: 200,
        body: small.bytes,
        headers: { ...reply.headers, "content-length": "3000" },
      }),
    });
    fake.objects.set(keyOf(small), small.bytes);
    const driver = driverOn(fake);
    const locator = driver.locate(small.digest);
    expect((await collect(driver.read(locator))).equals(small.bytes)).toBe(true);
    for (const range of [{ start: 10, endExclusive: 20 }, { start: 0, endExclusive: 20 }, { start: 10 }])
      await expect(collect(driver.read(locator, { range }))).rejects.toMatchObject({ code: "RANGE_INVALID" });
  });

  it.each([
    ["bytes 0-9/3000", { start: 5, endExclusive: 15 }],
    ["bytes 5-20/3000", { start: 5, endExclusive: 15 }],
    ["bytes 5-14/*", { start: 5, endExclusive: 15 }],
    ["bytes 5-14/12", { start: 5, endExclusive: 15 }],
  ])("that is answered by %s in place of %j is refused", async (header, range) => {
    const small = sample(3000);
    const fake = fakeS3({
      after: (_, reply) => ({ ...reply, headers: { ...reply.headers, "content-range": header } }),
    });
    fake.objects.set(keyOf(small), small.bytes);
    const driver = driverOn(fake);
    await expect(collect(driver.read(driver.locate(small.digest), { range }))).rejects.toMatchObject({
      code: "RANGE_INVALID",
    });
  });

  it("that brings more bytes than announced, or fewer, fails", async () => {
    const small = sample(3000);
    for (const body of [small.bytes.subarray(0, 2999), Buffer.concat([small.bytes, Buffer.from("x")])]) {
      const fake = fakeS3({ after: (_, reply) => ({ ...reply, body }) });
      fake.objects.set(keyOf(small), small.bytes);
      const driver = driverOn(fake);
      await expect(collect(driver.read(driver.locate(small.digest)))).rejects.toSatisfy((error) =>
        BaleError.is(error),
      );
    }
  });
});
