import { BaleError, type ByteSource } from "@bale/spec";
import { bytesSource, createBlobStore, nodeHasher } from "@bale/storage";
import { describe, expect, it } from "vitest";
import { errorReply, type FakeRequest, type FakeS3, type FakeS3Options, fakeS3 } from "../fake-s3.testing.js";
import { driverOn, keyOf, type Sample, sample, storeOf } from "../store.testing.js";

/** Five parts, the last one short. */
const blob = sample(4500);
const PARTS = 5;

async function write(
  driver: ReturnType<typeof driverOn>,
  one: Sample = blob,
  source: ByteSource = bytesSource(one.bytes),
) {
  return driver.write(driver.locate(one.digest), source, { digest: one.digest });
}
const isPart = ({ url }: FakeRequest): boolean => url.searchParams.has("partNumber");
const isComplete = ({ method, url }: FakeRequest): boolean =>
  method === "POST" && url.searchParams.has("uploadId");
function expectStored(fake: FakeS3, one: Sample = blob): void {
  expect(fake.objects.get(keyOf(one))?.equals(one.bytes)).toBe(true);
}
const died = (): never => {
  throw new BaleError({ code: "TLS", message: "the process is gone" });
};

describe.each([true, false])("a blob in parts, with checksums of the store: %s", (checksums) => {
  const store = (options: FakeS3Options = {}) => storeOf({ ...options, config: { checksums } });

  it("is sent in one upload, and complete when it is told so", async () => {
    const { fake, driver } = store();
    const counts: number[] = [];
    const options = { digest: blob.digest, onBytes: (sent: number) => counts.push(sent) };
    expect(await driver.write(driver.locate(blob.digest), bytesSource(blob.bytes), options)).toBe("created");
    expectStored(fake);
    expect(fake.uploads.size).toBe(0);
    expect([...fake.done].sort()).toEqual(
      [
        "GET uploads",
        "HEAD",
        "POST uploadId",
        "POST uploads",
        ...[1, 2, 3, 4, 5].map((n) => `PUT part ${n}`),
      ].sort(),
    );
    expect(fake.done).toHaveLength(driver.writeRequests?.(blob.size) ?? 0);
    expect(counts.at(-1)).toBe(blob.size);
    expect(counts.every((count) => count <= blob.size)).toBe(true);
    const sums = fake.log.filter(isPart).map(({ headers }) => headers["x-amz-checksum-sha256"] !== undefined);
    expect(new Set(sums)).toEqual(new Set([checksums]));
  });

  it("is continued after a death at any request: no part that arrived is sent again", async () => {
    // With one part at a time, the requests are the same in each run: HEAD, list, create, five parts, complete.
    for (let deadly = 1; deadly <= 4 + PARTS; deadly++)
      for (const answerLost of [false, true]) {
        let alive = true;
        const fault = (_: FakeRequest, count: number) =>
          alive && count >= deadly && !answerLost ? died() : undefined;
        const after: NonNullable<FakeS3Options["after"]> = (_, reply) =>
          alive && answerLost && fake.log.length >= deadly ? died() : reply;
        const fake = fakeS3({ fault, after });
        const changes = { checksums };
        await expect(write(driverOn(fake, { partsAtOnce: 1 }, changes))).rejects.toThrow("gone");
        alive = false;
        const finished = fake.objects.has(keyOf(blob));
        const arrived = fake.done.filter((one) => one.startsWith("PUT part"));
        const next = driverOn(fake, { partsAtOnce: 1 }, changes);
        expect(await write(next)).toBe(finished ? "existed" : "created");
        expectStored(fake);
        expect(fake.uploads.size).toBe(0);
        const sent = fake.done.filter((one) => one.startsWith("PUT part"));
        expect(sent).toHaveLength(PARTS);
        expect(new Set(sent).size).toBe(PARTS);
        expect(sent.slice(0, arrived.length)).toEqual(arrived);
      }
  });

  it("is never completed with parts of something else", async () => {
    const { fake, driver } = store({
      fault: (request) => (isComplete(request) && first ? died() : undefined),
    });
    let first = true;
    await expect(write(driver)).rejects.toThrow("gone");
    first = false;
    const [upload] = [...fake.uploads.values()];
    upload?.parts.set(2, Buffer.alloc(1000, "x"));
    upload?.parts.set(4, Buffer.alloc(999, "y"));
    upload?.parts.set(9, Buffer.alloc(5, "z"));
    const before = fake.done.length;
    expect(await write(driver)).toBe("created");
    expectStored(fake);
    expect(
      fake.done
        .slice(before)
        .filter((one) => one.startsWith("PUT part"))
        .sort(),
    ).toEqual(["PUT part 2", "PUT part 4"]);
  });
});

describe("an upload that was left", () => {
  async function leave(changes: { readonly checksums?: boolean } = {}, options: FakeS3Options = {}) {
    let alive = true;
    const fake = fakeS3({
      ...options,
      fault: (request, count) => (alive && isComplete(request) ? died() : options.fault?.(request, count)),
    });
    await expect(write(driverOn(fake, {}, changes))).rejects.toThrow("gone");
    alive = false;
    return { fake, before: fake.done.length };
  }

  it("with checksums is not mixed with parts without them, nor the other way round", async () => {
    for (const checksums of [true, false]) {
      const { fake } = await leave({ checksums });
      expect(await write(driverOn(fake, {}, { checksums: !checksums }))).toBe("created");
      expectStored(fake);
      // It is nobody's to abort: another machine may be working on it.
      expect(fake.uploads.size).toBe(1);
    }
  });

  it("of another key that only begins alike is not taken", async () => {
    const { fake } = await leave();
    const [[id, upload] = ["", undefined]] = [...fake.uploads];
    if (!upload) throw new Error("no upload");
    fake.uploads.delete(id);
    fake.uploads.set(id, { ...upload, key: `${upload.key}x` });
    expect(await write(driverOn(fake))).toBe("created");
    expect(fake.uploads.size).toBe(1);
  });

  it("is left where the store lists none, or forbids it", async () => {
    for (const reply of [
      errorReply(403, "AccessDenied"),
      errorReply(501, "NotImplemented"),
      errorReply(405, "MethodNotAllowed"),
    ]) {
      const { fake } = await leave(
        {},
        {
          fault: ({ method, url }) =>
            method === "GET" && url.searchParams.has("uploads") ? reply : undefined,
        },
      );
      expect(await write(driverOn(fake))).toBe("created");
      expectStored(fake);
    }
  });

  it("of which the newest is continued, whatever else there is", async () => {
    const { fake, before } = await leave();
    fake.uploads.set("old", {
      key: keyOf(blob),
      algorithm: undefined,
      startedAt: new Date(0),
      parts: new Map(),
    });
    expect(await write(driverOn(fake))).toBe("created");
    expect(fake.done.slice(before)).not.toContain("PUT part 1");
    expect([...fake.uploads.keys()]).toEqual(["old"]);
  });

  it("whose parts the store then does not take is aborted, and everything is sent anew", async () => {
    let refused = false;
    const { fake } = await leave(
      {},
      {
        fault: (request) => {
          if (!isComplete(request) || refused) return undefined;
          refused = true;
          return errorReply(400, "InvalidPart");
        },
      },
    );
    expect(await write(driverOn(fake))).toBe("created");
    expectStored(fake);
    expect(fake.uploads.size).toBe(0);
  });
});

describe("completing", () => {
  it("is repeated after an error in the body of a good answer", async () => {
    for (const body of [
      '<?xml version="1.0" encoding="UTF-8"?>\n\n<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>',
      '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code></Error>\n',
      "   ",
      "<html>bad gateway</html>",
    ]) {
      let times = 0;
      const { fake, driver, pauses } = storeOf({
        fault: (request) => (isComplete(request) && ++times === 1 ? { status: 200, body } : undefined),
      });
      expect(await write(driver)).toBe("created");
      expectStored(fake);
      expect([times, pauses.length]).toEqual([2, 1]);
    }
  });

  it("fails as busy when the body always is an error", async () => {
    const body = "<Error><Code>InternalError</Code><Message>no</Message></Error>";
    const { fake, driver } = storeOf({
      fault: (request) => (isComplete(request) ? { status: 200, body } : undefined),
    });
    const store = createBlobStore(driver, { hasher: nodeHasher, name: "big" });
    await expect(store.put(blob, bytesSource(blob.bytes))).rejects.toMatchObject({ code: "STORE_BUSY" });
    expect(fake.objects.size).toBe(0);
    // For the next run.
    expect(fake.uploads.size).toBe(1);
  });

  it("whose answer is lost is done", async () => {
    let lost = false;
    const { fake, driver } = storeOf({
      after: (request, reply) => {
        if (!isComplete(request) || lost) return reply;
        lost = true;
        throw new BaleError({ code: "CONNECT_FAILED", message: "the connection was closed" });
      },
    });
    expect(await write(driver)).toBe("created");
    expectStored(fake);
  });

  it("is left to another writer who was faster, and the parts are dropped", async () => {
    const { fake, driver } = storeOf({
      fault: (request) => {
        if (isComplete(request)) fake.objects.set(keyOf(blob), blob.bytes);
        return undefined;
      },
    });
    expect(await write(driver)).toBe("existed");
    expect(fake.uploads.size).toBe(0);
  });
});

describe("other writers", () => {
  it("twenty of one blob, of several machines, all end well", async () => {
    const fake = fakeS3();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => write(driverOn(fake))));
    expect(outcomes).toContain("created");
    expectStored(fake);
  });

  it("who complete the upload that is being continued are no failure", async () => {
    let stolen = false;
    const { fake, driver } = storeOf({
      driver: { partsAtOnce: 1 },
      fault: (request) => {
        if (!isPart(request) || stolen || fake.done.length < 5) return undefined;
        stolen = true;
        fake.uploads.clear();
        fake.objects.set(keyOf(blob), blob.bytes);
        return undefined;
      },
    });
    expect(await write(driver)).toBe("existed");
  });

  it("who abort it make everything start over, and do so for ever in vain", async () => {
    let aborts = 0;
    const { fake, driver } = storeOf({
      fault: (request) => {
        if (isPart(request) && aborts < 1) {
          aborts++;
          fake.uploads.clear();
        }
        return undefined;
      },
    });
    expect(await write(driver)).toBe("created");
    const vain = storeOf({
      after: (request, reply) => (isPart(request) ? errorReply(404, "NoSuchUpload") : reply),
    });
    await expect(write(vain.driver)).rejects.toMatchObject({
      code: "SERVER",
      message: expect.stringContaining("vanish"),
    });
  });
});

describe("a source that fails", () => {
  const failing = (error: unknown): ByteSource => ({
    size: blob.size,
    open: async function* () {
      yield blob.bytes.subarray(0, 2500);
      throw error;
    },
  });

  it("because it changed leaves no upload behind", async () => {
    const { fake, driver } = storeOf();
    const changed = new BaleError({ code: "FILE_CHANGED", message: "it changed" });
    await expect(write(driver, blob, failing(changed))).rejects.toBe(changed);
    expect([fake.uploads.size, fake.objects.size]).toEqual([0, 0]);
  });

  it("for another reason leaves the parts that arrived for the next run", async () => {
    const { fake, driver } = storeOf({ driver: { partsAtOnce: 1 } });
    await expect(write(driver, blob, failing(new Error("the disk is gone")))).rejects.toThrow(
      "the disk is gone",
    );
    expect([...fake.uploads.values()].map(({ parts }) => [...parts.keys()].sort())).toEqual([[1, 2]]);
    expect(await write(driver)).toBe("created");
    expect(fake.done.filter((one) => one.startsWith("PUT part"))).toHaveLength(PARTS);
  });

  it("by giving other bytes than the digest says publishes nothing", async () => {
    const { fake, driver } = storeOf();
    const store = createBlobStore(driver, { hasher: nodeHasher, name: "big" });
    const other = sample(blob.size, 9);
    await expect(store.put(blob, bytesSource(other.bytes))).rejects.toMatchObject({ code: "FILE_CHANGED" });
    expect([fake.uploads.size, fake.objects.size]).toEqual([0, 0]);
  });

  it.each([-1, 1])("by giving %i bytes more than it announced publishes nothing", async (more) => {
    const { fake, driver } = storeOf();
    const lying = { size: blob.size, open: () => bytesSource(sample(blob.size + more).bytes).open() };
    await expect(write(driver, blob, lying)).rejects.toMatchObject({ code: "FILE_CHANGED" });
    expect([fake.uploads.size, fake.objects.size]).toEqual([0, 0]);
  });
});

it("an abort ends it at once, and leaves what arrived for the next run", async () => {
  const stop = new AbortController();
  const { fake, driver } = storeOf({
    driver: { partsAtOnce: 1 },
    after: (request, reply) => {
      if (isPart(request) && request.url.searchParams.get("partNumber") === "2") stop.abort();
      return reply;
    },
  });
  const options = { digest: blob.digest, signal: stop.signal };
  await expect(
    driver.write(driver.locate(blob.digest), bytesSource(blob.bytes), options),
  ).rejects.toMatchObject({ code: "INTERRUPTED" });
  expect(fake.objects.size).toBe(0);
  expect(await write(driver)).toBe("created");
  expect(fake.done.filter((one) => one.startsWith("PUT part"))).toHaveLength(PARTS);
});

it("a part that fails for good stops the others", async () => {
  const { fake, driver } = storeOf({
    fault: (request) =>
      request.url.searchParams.get("partNumber") === "2" ? errorReply(403, "AccessDenied") : undefined,
  });
  await expect(write(driver, sample(100_000))).rejects.toMatchObject({ code: "DENIED" });
  expect(fake.done.length).toBeLessThan(20);
});

it("parts that are too large to keep are read twice, and sent right", async () => {
  const large = sample(18 * 1024 * 1024);
  const { fake, driver } = storeOf({ driver: { partSize: 6 * 1024 * 1024 } });
  const opened: unknown[] = [];
  const source: ByteSource = {
    size: large.size,
    open: (options) => {
      opened.push(options?.range);
      return bytesSource(large.bytes).open(options);
    },
  };
  expect(await write(driver, large, source)).toBe("created");
  expectStored(fake, large);
  expect(opened).toHaveLength(6);
});

it("the settings of the store go with the upload, and with small objects", async () => {
  const config = {
    encryption: "aws:kms",
    kmsKey: "alias/x",
    storageClass: "STANDARD_IA",
    requesterPays: true,
  } as const;
  const { fake, driver } = storeOf({ config });
  await write(driver);
  await write(driver, sample(10));
  const settings = fake.log
    .filter(
      ({ method, url }) =>
        (method === "POST" && url.searchParams.has("uploads")) ||
        (method === "PUT" && !url.searchParams.has("partNumber")),
    )
    .map(({ headers }) => [
      headers["x-amz-server-side-encryption"],
      headers["x-amz-server-side-encryption-aws-kms-key-id"],
      headers["x-amz-storage-class"],
    ]);
  expect(settings).toEqual(Array.from({ length: 2 }, () => ["aws:kms", "alias/x", "STANDARD_IA"]));
  expect(fake.log.every(({ headers }) => headers["x-amz-request-payer"] === "requester")).toBe(true);
});
