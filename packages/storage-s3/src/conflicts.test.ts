import { inspect } from "node:util";
import { exitCodeOf } from "@bale/spec";
import { bytesSource, createBlobStore, nodeHasher } from "@bale/storage";
import { describe, expect, it } from "vitest";
import { errorReply } from "./fake-s3.testing.js";
import { onPut, put, small } from "./put-once.testing.js";
import { KEYS, keyOf, sample, storeOf } from "./store.testing.js";

describe("what lies under the key", () => {
  it("with other bytes is never overwritten", async () => {
    for (const size of [500, 5000]) {
      const blob = sample(size, 7);
      const store = storeOf();
      store.fake.objects.set(keyOf(blob), Buffer.from("something else"));
      const blobs = createBlobStore(store.driver, { hasher: nodeHasher, name: "big" });
      const failure = blobs.put(blob, bytesSource(blob.bytes));
      await expect(failure).rejects.toMatchObject({
        code: "STORE_CONFLICT",
        why: expect.stringContaining("14 bytes"),
      });
      expect(store.fake.objects.get(keyOf(blob))?.toString()).toBe("something else");
      expect(store.fake.done).toEqual(["HEAD"]);
    }
  });

  it("with the same size is left alone", async () => {
    const store = storeOf();
    store.fake.objects.set(keyOf(small), small.bytes);
    const { driver } = store;
    expect(
      await driver.write(driver.locate(small.digest), bytesSource(small.bytes), { digest: small.digest }),
    ).toBe("existed");
    expect(store.fake.done).toEqual(["HEAD"]);
  });

  it.each(["right", "other"])(
    "since a moment ago, with the %s size, is looked at once more",
    async (kind) => {
      const there = kind === "right" ? small.bytes : Buffer.from("other");
      const store = storeOf({
        fault: ({ method, key }) => {
          if (method === "PUT") store.fake.objects.set(key, there);
          return undefined;
        },
      });
      const { driver } = store;
      const write = driver.write(driver.locate(small.digest), bytesSource(small.bytes), {
        digest: small.digest,
      });
      if (kind === "right") expect(await write).toBe("existed");
      else await expect(write).rejects.toMatchObject({ code: "STORE_CONFLICT" });
      expect(store.fake.objects.get(keyOf(small))).toBe(there);
    },
  );

  it("is written without a condition where the store knows none", async () => {
    const { error, fake } = await put({
      fault: ({ headers }) => (headers["if-none-match"] ? errorReply(501, "NotImplemented") : undefined),
    });
    expect(error).toBeUndefined();
    expect(fake.done).toEqual(["HEAD", "HEAD", "PUT", "HEAD"]);
  });

  it("is written all the same where the condition fails, and nothing is there", async () => {
    for (const size of [500, 5000]) {
      const { error, fake } = await put(
        {
          fault: ({ headers }) =>
            headers["if-none-match"] ? errorReply(412, "PreconditionFailed") : undefined,
        },
        sample(size),
      );
      expect(error).toBeUndefined();
      const sent = fake.log.filter(({ url }) => url.searchParams.has("partNumber"));
      expect(sent).toHaveLength(size === 500 ? 0 : 5);
    }
  });

  it.each([
    ["shorter", (bytes: Buffer) => bytes.subarray(1)],
    ["longer", (bytes: Buffer) => Buffer.concat([bytes, Buffer.from("0\r\nx-amz-trailer:")])],
  ])("after a write is %s where a gateway alters bytes: it is removed, and an error", async (_, mangle) => {
    for (const size of [500, 5000]) {
      const { error, fake } = await put({ mangle, ignoresConditions: true }, sample(size));
      expect(error).toMatchObject({ code: "STORE_CORRUPT", context: { store: "big" } });
      expect(exitCodeOf(error)).toBe(5);
      expect(fake.objects.size).toBe(0);
    }
  });

  it("after a write has another digest, where the store keeps one: it is removed, and an error", async () => {
    const config = { checksums: true } as const;
    const { error, fake } = await put({ mangle: (bytes) => Buffer.alloc(bytes.length), config });
    expect(error).toMatchObject({ code: "STORE_CORRUPT" });
    expect(fake.objects.size).toBe(0);
  });
});

describe("a blob that is gone", () => {
  it("is EXTERNAL_MISSING, with store and key", async () => {
    const { driver } = storeOf();
    const blobs = createBlobStore(driver, { hasher: nodeHasher, name: "big" });
    await expect(blobs.get(small)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "EXTERNAL_MISSING",
      context: { store: "big", key: keyOf(small) },
    });
    expect(await blobs.has(small)).toBe(false);
  });

  it("or archived says so", async () => {
    const { driver } = storeOf({
      fault: ({ method }) => (method === "GET" ? errorReply(403, "InvalidObjectState") : undefined),
    });
    const blobs = createBlobStore(driver, { hasher: nodeHasher, name: "big" });
    await expect(blobs.get(small)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "CAPABILITY_MISSING",
      why: expect.stringContaining("archived"),
    });
  });
});

it.each(["SignatureDoesNotMatch", "InvalidToken", "ExpiredToken"])(
  "the words of a store are left out where it repeats the request: %s",
  async (code) => {
    const body = `<Error><Code>${code}</Code><Message>about ${KEYS.AWS_SESSION_TOKEN}</Message></Error>`;
    const { error } = await put(onPut({ status: 403, body }));
    expect(error).toMatchObject({ code: "STORE_DENIED", why: expect.stringContaining(`403 ${code}`) });
    expect(JSON.stringify(error)).not.toContain(KEYS.AWS_SESSION_TOKEN);
  },
);

it("no secret is in an error, whatever a store repeats of the request", async () => {
  for (const code of ["SignatureDoesNotMatch", "AccessDenied", "InvalidToken", "Teapot"]) {
    const { error } = await put({
      fault: ({ method, headers }) =>
        method === "PUT"
          ? errorReply(
              403,
              code,
              `<StringToSign>${headers["authorization"]}</StringToSign><CanonicalRequest>${headers["x-amz-security-token"]}</CanonicalRequest>`,
              {
                "x-echo": String(headers["x-amz-security-token"]),
              },
            )
          : undefined,
    });
    const shown = `${inspect(error, { depth: 20, showHidden: true })} ${JSON.stringify(error)}`;
    expect(error).toMatchObject({ code: "STORE_DENIED" });
    for (const secret of [KEYS.AWS_SECRET_ACCESS_KEY, KEYS.AWS_SESSION_TOKEN, "Signature="])
      expect(shown).not.toContain(secret);
  }
});
