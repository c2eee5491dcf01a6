import { type ByteSource, digestFromHex, digestHex } from "@bale/spec";
import { bytesSource, createBlobStore, nodeHasher } from "@bale/storage";
import { type Asked, cloud, failure, type Reply } from "@bale/tooling-cloud";
import { describe, expect, it } from "vitest";
import { fakeAzure, refused } from "./fake-azure.testing.js";
import { driverOf, STORE } from "./store.testing.js";

const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
const digest = nodeHasher.digest(bytes);
const hex = digestHex(digest);
const name = `bales/sha256/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`;
const blob = { digest, size: bytes.length };
const inBlocks = { wholeBytes: 1000, blockBytes: 30_000 };

const isBlock = ({ url }: Asked): boolean => url.includes("comp=block&");

describe("a write", () => {
  it("of one request is conditional, and looked at afterwards", async () => {
    const { blobs, reply } = fakeAzure();
    await using azure = await cloud(reply);
    const driver = driverOf(azure.http, {}, {}, { ...STORE, tier: "cool" });
    expect(await driver.write(driver.locate(digest), bytesSource(bytes), { digest })).toBe("created");
    expect(blobs.get(name)?.equals(bytes)).toBe(true);
    expect(azure.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `PUT https://acme.blob.core.windows.net/models/${name}`,
      `HEAD https://acme.blob.core.windows.net/models/${name}`,
    ]);
    expect(azure.asked[0]?.headers).toMatchObject({
      "if-none-match": "*",
      "x-ms-access-tier": "Cool",
      "x-ms-blob-type": "BlockBlob",
    });
    expect(driver.writeRequests?.(bytes.length)).toBe(azure.asked.length);
  });

  it("of blocks costs as many requests as it says", async () => {
    const { reply } = fakeAzure();
    await using azure = await cloud(reply);
    const driver = driverOf(azure.http, {}, inBlocks);
    await driver.write(driver.locate(digest), bytesSource(bytes), { digest });
    expect(azure.asked.filter(isBlock)).toHaveLength(4);
    expect(driver.writeRequests?.(bytes.length)).toBe(azure.asked.length);
  });

  it.each([
    ["409 BlobAlreadyExists", refused(409, "BlobAlreadyExists")],
    ["412 ConditionNotMet", refused(412, "ConditionNotMet")],
    ["412 LeaseIdMissing", refused(412, "LeaseIdMissing")],
    ["409 BlobImmutableDueToPolicy", refused(409, "BlobImmutableDueToPolicy")],
    ["403 UnauthorizedBlobOverwrite", refused(403, "UnauthorizedBlobOverwrite")],
  ])("that is answered with %s succeeds where the size is right", async (_, answer) => {
    const { blobs, reply } = fakeAzure();
    await using azure = await cloud((asked) => (asked.method === "PUT" ? answer : reply(asked)));
    const driver = driverOf(azure.http);
    blobs.set(name, bytes);
    expect(await driver.write(driver.locate(digest), bytesSource(bytes), { digest })).toBe("existed");
  });

  it.each([{}, inBlocks])("never touches other bytes, by %j", async (options) => {
    const { blobs, reply } = fakeAzure();
    await using azure = await cloud(reply);
    const driver = driverOf(azure.http, {}, options);
    blobs.set(name, bytes.subarray(1));
    const error = await failure(driver.write(driver.locate(digest), bytesSource(bytes), { digest }));
    expect(error).toMatchObject({ code: "STORE_CONFLICT", why: `${name} has 99999 bytes, not 100000` });
    expect(blobs.get(name)?.length).toBe(99_999);
  });

  it("that the service says exists, and then does not, ends", async () => {
    await using azure = await cloud(({ method }) =>
      method === "PUT" ? refused(409, "BlobAlreadyExists") : refused(404, "BlobNotFound"),
    );
    const driver = driverOf(azure.http);
    const error = await failure(driver.write(driver.locate(digest), bytesSource(bytes), { digest }));
    expect(error.code).toBe("STORE_CONFLICT");
    expect(azure.asked.length).toBeLessThan(10);
  });

  it("of which something else was kept is removed again", async () => {
    const { blobs, reply } = fakeAzure();
    await using azure = await cloud((asked) => {
      const answer = reply(asked);
      if (asked.method === "PUT") blobs.set(name, Buffer.from("trailer"));
      return answer;
    });
    const driver = driverOf(azure.http);
    const error = await failure(driver.write(driver.locate(digest), bytesSource(bytes), { digest }));
    expect(error).toMatchObject({ code: "STORE_CORRUPT", why: `${name} has 7 bytes, 100000 were sent` });
    expect(blobs.size).toBe(0);
  });

  it("whose answer is lost is found to have succeeded", async () => {
    const { blobs, reply } = fakeAzure();
    let lost = false;
    await using azure = await cloud((asked): Reply => {
      const answer = reply(asked);
      if (asked.method !== "PUT" || lost) return answer;
      lost = true;
      return { broken: "before" };
    });
    const store = createBlobStore(driverOf(azure.http), { hasher: nodeHasher, name: "big" });
    expect(await store.put(blob, bytesSource(bytes))).toBe("existed");
    expect(blobs.get(name)?.equals(bytes)).toBe(true);
  });
});

describe("a write in blocks", () => {
  it("takes over the blocks of an earlier run, and reads all of the source nevertheless", async () => {
    const { blobs, blocks, reply } = fakeAzure();
    let left = 2;
    await using azure = await cloud((asked) =>
      isBlock(asked) && left-- <= 0 ? refused(403, "AuthorizationFailure") : reply(asked),
    );
    const first = createBlobStore(driverOf(azure.http, {}, inBlocks), { hasher: nodeHasher, name: "big" });
    expect((await failure(first.put(blob, bytesSource(bytes)))).code).toBe("STORE_DENIED");
    expect(blobs.size).toBe(0);
    expect(blocks.get(name)?.size).toBe(2);
    left = Number.POSITIVE_INFINITY;
    azure.asked.length = 0;
    const counts: number[] = [];
    const again = createBlobStore(driverOf(azure.http, {}, inBlocks), { hasher: nodeHasher, name: "big" });
    const onBytes = (sent: number): unknown => counts.push(sent);
    expect(await again.put(blob, bytesSource(bytes), { onBytes })).toBe("created");
    expect(azure.asked.filter(isBlock)).toHaveLength(2);
    expect(counts.at(-1)).toBe(bytes.length);
    expect(blobs.get(name)?.equals(bytes)).toBe(true);
  });

  it("takes no block for another, whatever lies there", async () => {
    const { blobs, blocks, reply } = fakeAzure();
    const id = Buffer.alloc(32, 7).toString("base64");
    blocks.set(name, new Map([[id, Buffer.alloc(30_000)]]));
    await using azure = await cloud(reply);
    const driver = driverOf(azure.http, {}, inBlocks);
    await driver.write(driver.locate(digest), bytesSource(bytes), { digest });
    expect(azure.asked.filter(isBlock)).toHaveLength(4);
    expect(blobs.get(name)?.equals(bytes)).toBe(true);
  });

  it("goes around the blocks of another program, whose names have another length", async () => {
    const { blobs, blocks, reply } = fakeAzure();
    blocks.set(name, new Map([["AAAA", Buffer.alloc(10)]]));
    await using azure = await cloud(reply);
    const driver = driverOf(azure.http, {}, inBlocks);
    expect(await driver.write(driver.locate(digest), bytesSource(bytes), { digest })).toBe("created");
    expect(blobs.get(name)?.equals(bytes)).toBe(true);
  });

  it("sends its blocks anew when somebody else's commit cleared them away", async () => {
    const { blobs, blocks, reply } = fakeAzure();
    let cleared = false;
    await using azure = await cloud((asked) => {
      if (asked.method === "PUT" && asked.url.endsWith("comp=blocklist") && !cleared) {
        cleared = true;
        blocks.clear();
      }
      return reply(asked);
    });
    const driver = driverOf(azure.http, {}, inBlocks);
    expect(await driver.write(driver.locate(digest), bytesSource(bytes), { digest })).toBe("created");
    expect(azure.asked.filter(isBlock)).toHaveLength(8);
    expect(blobs.get(name)?.equals(bytes)).toBe(true);
  });

  it("of a file that changes on the way is refused, and nothing is visible", async () => {
    const { blobs, reply } = fakeAzure();
    await using azure = await cloud(reply);
    let opened = 0;
    const changing: ByteSource = {
      size: bytes.length,
      open: (call) => bytesSource(++opened > 3 ? Buffer.alloc(bytes.length, 1) : bytes).open(call),
    };
    const store = createBlobStore(driverOf(azure.http, {}, inBlocks), { hasher: nodeHasher, name: "big" });
    expect((await failure(store.put(blob, changing))).code).toBe("FILE_CHANGED");
    expect(blobs.size).toBe(0);
  });

  it("of no bytes at all works, as does one of the smallest size", async () => {
    const { blobs, reply } = fakeAzure();
    await using azure = await cloud(reply);
    const driver = driverOf(azure.http, {}, { wholeBytes: 0, blockBytes: 10 });
    for (const content of ["", "x"]) {
      const one = nodeHasher.digest(Buffer.from(content));
      expect(await driver.write(driver.locate(one), bytesSource(Buffer.from(content)), { digest: one })).toBe(
        "created",
      );
    }
    expect([...blobs.values()].map(String)).toEqual(["", "x"]);
  });
});

it("refuses locators that it did not make", async () => {
  await using azure = await cloud(fakeAzure().reply);
  const driver = driverOf(azure.http);
  const other = driverOf(azure.http, {}, {}, { ...STORE, prefix: "other" });
  const zero = digestFromHex("0".repeat(64));
  for (const locator of [
    other.locate(zero),
    `azure://acme/models/bales/sha256/00/00/../${"0".repeat(64)}`,
    `azure://acme/models/bales/users/${"0".repeat(63)}`,
    `azure://acme/models/bales/sha256/00/01/${"0".repeat(64)}`,
  ])
    await expect(driver.stat(locator as never)).rejects.toMatchObject({ code: "INTERNAL" });
  expect(azure.asked).toEqual([]);
});
