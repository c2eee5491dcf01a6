import { digestFromHex, digestHex } from "@bale/spec";
import { bytesSource, createBlobStore, nodeHasher } from "@bale/storage";
import { type Asked, cloud, failure, printed, type Reply } from "@bale/tooling-cloud";
import { describe, expect, it } from "vitest";
import { type FakeGcs, fakeGcs, refused } from "./fake-gcs.testing.js";
import { driverOf, STORE } from "./store.testing.js";

const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251));
const digest = nodeHasher.digest(bytes);
const hex = digestHex(digest);
const name = `bales/sha256/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`;
const blob = { digest, size: bytes.length };
const inSession = { wholeBytes: 1000 };

const isSession = ({ url }: Asked): boolean => url.includes("upload_id=");
const isData = (asked: Asked): boolean => isSession(asked) && asked.bytes.length > 0;

/** Keeps only so many bytes of what a session gets, then breaks the connection or answers otherwise. */
function keeping(
  fake: FakeGcs,
  counts: readonly number[],
  then: Reply = { broken: "before" },
): (asked: Asked) => Reply {
  let at = 0;
  return (asked) => {
    const count = isData(asked) ? counts[at++] : undefined;
    if (count === undefined) return fake.reply(asked);
    fake.reply({ ...asked, bytes: asked.bytes.subarray(0, count) });
    return then;
  };
}

describe("a write", () => {
  it("of one request is conditional, and its answer states what was kept", async () => {
    const { objects, reply } = fakeGcs();
    await using google = await cloud(reply);
    const driver = driverOf(google.http);
    expect(await driver.write(driver.locate(digest), bytesSource(bytes), { digest })).toBe("created");
    expect(objects.get(name)?.equals(bytes)).toBe(true);
    expect(google.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST https://storage.googleapis.com/upload/storage/v1/b/models/o?uploadType=media&name=${encodeURIComponent(name)}&ifGenerationMatch=0&fields=size`,
    ]);
    expect(driver.writeRequests?.(bytes.length)).toBe(google.asked.length);
  });

  it("of a session costs as many requests as it says, and sends no token to it", async () => {
    const { objects, reply } = fakeGcs();
    await using google = await cloud(reply);
    const driver = driverOf(google.http, {}, inSession);
    expect(await driver.write(driver.locate(digest), bytesSource(bytes), { digest })).toBe("created");
    expect(objects.get(name)?.equals(bytes)).toBe(true);
    expect(driver.writeRequests?.(bytes.length)).toBe(google.asked.length);
    expect(google.asked.filter(isSession).map(({ headers }) => headers["authorization"])).toEqual([
      undefined,
    ]);
  });

  it("with a storage class says it, however small the blob is", async () => {
    const { objects, reply } = fakeGcs();
    await using google = await cloud(reply);
    const driver = driverOf(google.http, {}, {}, { ...STORE, storageClass: "NEARLINE" });
    const empty = nodeHasher.digest(new Uint8Array(0));
    expect(await driver.write(driver.locate(empty), bytesSource(new Uint8Array(0)), { digest: empty })).toBe(
      "created",
    );
    expect(google.asked.map(({ body }) => body).join("")).toContain('"storageClass":"NEARLINE"');
    expect([...objects.values()].map(String)).toEqual([""]);
  });

  it.each<[string, object, Reply]>([
    ["412", {}, refused(412, "conditionNotMet")],
    ["412 to a session", inSession, refused(412, "conditionNotMet")],
    ["403, for who may create and not replace", {}, refused(403, "forbidden")],
    ["403 to a session", inSession, refused(403, "forbidden")],
    ["a retention policy", {}, refused(403, "retentionPolicyNotMet")],
  ])("that is answered with %s succeeds where the size is right", async (_, options, answer) => {
    const { objects, reply } = fakeGcs();
    await using google = await cloud((asked) => {
      if (asked.method !== "POST") return reply(asked);
      objects.set(name, bytes);
      return answer;
    });
    const driver = driverOf(google.http, {}, options);
    expect(await driver.write(driver.locate(digest), bytesSource(bytes), { digest })).toBe("existed");
  });

  it("that is forbidden is STORE_DENIED where nothing is there", async () => {
    const { reply } = fakeGcs();
    await using google = await cloud((asked) =>
      asked.method === "POST" ? refused(403, "forbidden") : reply(asked),
    );
    const store = createBlobStore(driverOf(google.http), { hasher: nodeHasher, name: "big" });
    expect(await failure(store.put(blob, bytesSource(bytes)))).toMatchObject({
      code: "STORE_DENIED",
      why: expect.stringContaining("403 (forbidden)"),
    });
  });

  it.each([{}, inSession])("never touches other bytes, by %j", async (options) => {
    const { objects, reply } = fakeGcs();
    await using google = await cloud(reply);
    const driver = driverOf(google.http, {}, options);
    objects.set(name, bytes.subarray(1));
    const error = await failure(driver.write(driver.locate(digest), bytesSource(bytes), { digest }));
    expect(error).toMatchObject({ code: "STORE_CONFLICT", why: `${name} has 2999999 bytes, not 3000000` });
    expect(objects.get(name)?.length).toBe(2_999_999);
  });

  it("that the service says exists, and then does not, ends", async () => {
    await using google = await cloud(({ method }) =>
      method === "POST" ? refused(412, "conditionNotMet") : refused(404, "notFound"),
    );
    const driver = driverOf(google.http);
    const error = await failure(driver.write(driver.locate(digest), bytesSource(bytes), { digest }));
    expect(error.code).toBe("STORE_CONFLICT");
    expect(google.asked.length).toBeLessThan(10);
  });

  it("of which something else was kept is removed again", async () => {
    const { objects, reply } = fakeGcs();
    await using google = await cloud((asked) =>
      asked.method === "POST" ? reply({ ...asked, bytes: asked.bytes.subarray(5) }) : reply(asked),
    );
    const driver = driverOf(google.http);
    const error = await failure(driver.write(driver.locate(digest), bytesSource(bytes), { digest }));
    expect(error).toMatchObject({
      code: "STORE_CORRUPT",
      why: `${name} has 2999995 bytes, 3000000 were sent`,
    });
    expect(objects.size).toBe(0);
  });

  it("whose answer is lost is found to have succeeded", async () => {
    for (const options of [{}, inSession]) {
      const { objects, reply } = fakeGcs();
      let lost = false;
      await using google = await cloud((asked): Reply => {
        const answer = reply(asked);
        if (asked.bytes.length < 1000 || lost) return answer;
        lost = true;
        return { broken: "before" };
      });
      const store = createBlobStore(driverOf(google.http, {}, options), { hasher: nodeHasher, name: "big" });
      expect(await store.put(blob, bytesSource(bytes))).toBe("existed");
      expect(objects.get(name)?.equals(bytes)).toBe(true);
    }
  });
});

describe("a session", () => {
  it("goes on from what the service has after connections broke, as often as it gets on", async () => {
    const fake = fakeGcs();
    await using google = await cloud(keeping(fake, [300_000, 0, 1_000_000, 1, 400_000, 0, 0, 500_000]));
    const store = createBlobStore(driverOf(google.http, {}, inSession), { hasher: nodeHasher, name: "big" });
    const counts: number[] = [];
    const onBytes = (sent: number): unknown => counts.push(sent);
    expect(await store.put(blob, bytesSource(bytes), { onBytes })).toBe("created");
    expect(fake.objects.get(name)?.equals(bytes)).toBe(true);
    const ranges = google.asked.filter(isData).map(({ headers }) => headers["content-range"]);
    expect(ranges.slice(0, 4)).toEqual([
      "bytes 0-2999999/3000000",
      "bytes 300000-2999999/3000000",
      "bytes 300000-2999999/3000000",
      "bytes 1300000-2999999/3000000",
    ]);
    expect(counts.at(-1)).toBe(bytes.length);
  });

  it("gives up where it gets on by crumbs only, and is cancelled; its address is shown nowhere", async () => {
    const fake = fakeGcs();
    await using google = await cloud(
      keeping(
        fake,
        Array.from({ length: 100 }, () => 1),
      ),
    );
    const store = createBlobStore(driverOf(google.http, {}, inSession), { hasher: nodeHasher, name: "big" });
    const error = await failure(store.put(blob, bytesSource(bytes)));
    expect(["CONNECT_FAILED", "TRUNCATED", "STORE_BUSY"]).toContain(error.code);
    expect(google.asked.filter(isData).length).toBeLessThanOrEqual(10);
    expect(google.asked.at(-1)?.method).toBe("DELETE");
    expect(fake.sessions.size).toBe(0);
    expect(fake.objects.size).toBe(0);
    expect(printed(error)).not.toContain("s3cr3t");
  });

  it("of which a part was taken and the rest not is gone on with", async () => {
    const fake = fakeGcs();
    const partly: Reply = { status: 308, headers: { range: "bytes=0-99" }, body: "" };
    await using google = await cloud(keeping(fake, [100], partly));
    const driver = driverOf(google.http, {}, inSession);
    expect(await driver.write(driver.locate(digest), bytesSource(bytes), { digest })).toBe("created");
    expect(fake.objects.get(name)?.equals(bytes)).toBe(true);
  });

  it("that is lost begins anew, and not for ever", async () => {
    for (const losses of [1, 100]) {
      const fake = fakeGcs();
      let left = losses;
      await using google = await cloud((asked) => {
        if (isData(asked) && left-- > 0) fake.sessions.clear();
        return fake.reply(asked);
      });
      const driver = driverOf(google.http, {}, inSession);
      const writing = driver.write(driver.locate(digest), bytesSource(bytes), { digest });
      if (losses === 1) expect(await writing).toBe("created");
      else expect((await failure(writing)).why).toContain("were lost");
      expect(google.asked.filter(isData).length).toBeLessThan(5);
    }
  });

  it("that somebody else overtook is no failure", async () => {
    const fake = fakeGcs();
    await using google = await cloud((asked) => {
      if (isData(asked)) fake.objects.set(name, bytes);
      return fake.reply(asked);
    });
    const driver = driverOf(google.http, {}, inSession);
    expect(await driver.write(driver.locate(digest), bytesSource(bytes), { digest })).toBe("existed");
  });

  it.each([
    ["https://evil.example/upload?upload_id=1", "it named https://evil.example"],
    ["http://storage.googleapis.com/upload?upload_id=1", "it named http://storage.googleapis.com"],
    ["https://storage.googleapis.com.evil.example/", "it named https://storage.googleapis.com.evil.example"],
    [undefined, "it named no address"],
  ])("at %s gets no byte", async (location, why) => {
    const { reply } = fakeGcs();
    await using google = await cloud((asked) =>
      asked.method === "POST" ? { headers: location === undefined ? {} : { location } } : reply(asked),
    );
    const driver = driverOf(google.http, {}, inSession);
    const error = await failure(driver.write(driver.locate(digest), bytesSource(bytes), { digest }));
    expect(error).toMatchObject({ code: "CROSS_ORIGIN", why });
    expect(google.asked.filter(isData)).toEqual([]);
  });

  it("is cancelled when the source fails or the caller stops", async () => {
    for (const kind of ["fails", "stops"]) {
      const fake = fakeGcs();
      await using google = await cloud(fake.reply);
      const driver = driverOf(google.http, {}, inSession);
      const stop = new AbortController();
      const source = {
        size: bytes.length,
        open: async function* () {
          yield bytes.subarray(0, 1000);
          if (kind === "stops") stop.abort();
          else throw new Error("the source failed on purpose");
          yield bytes.subarray(1000);
        },
      };
      await expect(
        driver.write(driver.locate(digest), source, { digest, signal: stop.signal }),
      ).rejects.toThrow();
      expect(fake.objects.size).toBe(0);
      expect(fake.sessions.size).toBe(0);
    }
  });
});

it("refuses locators that it did not make", async () => {
  await using google = await cloud(fakeGcs().reply);
  const driver = driverOf(google.http);
  const other = driverOf(google.http, {}, {}, { ...STORE, prefix: "other" });
  const zero = digestFromHex("0".repeat(64));
  for (const locator of [
    other.locate(zero),
    `gcs://models/bales/sha256/00/00/../${"0".repeat(64)}`,
    `gcs://models/bales/users/${"0".repeat(63)}`,
    `gcs://models/bales/sha256/00/01/${"0".repeat(64)}`,
  ])
    await expect(driver.stat(locator as never)).rejects.toMatchObject({ code: "INTERNAL" });
  expect(google.asked).toEqual([]);
});
