import { BaleError, exitCodeOf } from "@bale/spec";
import { bytesSource, createBlobStore, nodeHasher } from "@bale/storage";
import { describe, expect, it } from "vitest";
import { errorReply, type FakeS3Options } from "./fake-s3.testing.js";
import { onPut, put, small } from "./put-once.testing.js";
import { keyOf, storeOf } from "./store.testing.js";

describe("a refusal is one error of the table", () => {
  it.each([
    ["AccessDenied", 403, "STORE_DENIED", 4, /allow s3:PutObject on the bucket/],
    ["InvalidAccessKeyId", 403, "STORE_DENIED", 4, /did not accept AWS_ACCESS_KEY_ID/],
    ["XAdminUserNotFound", 404, "STORE_DENIED", 4, /did not accept AWS_ACCESS_KEY_ID/],
    ["SignatureDoesNotMatch", 403, "STORE_DENIED", 4, /check the keys, the region and the endpoint/],
    ["ExpiredToken", 400, "STORE_DENIED", 4, /the session of AWS_ACCESS_KEY_ID has ended.*aws sso login/s],
    ["TokenRefreshRequired", 400, "STORE_DENIED", 4, /has ended/],
    ["KMS.DisabledException", 400, "STORE_DENIED", 4, /KMS\.DisabledException/],
    ["NoSuchBucket", 404, "EXTERNAL_MISSING", 3, /there is no bucket acme-bales/],
    ["EntityTooLarge", 400, "TOO_LARGE", 10, /EntityTooLarge/],
    [
      "InvalidStorageClass",
      400,
      "CAPABILITY_MISSING",
      10,
      /400 InvalidStorageClass: about InvalidStorageClass/,
    ],
    ["XMinioStorageFull", 507, "STORE_BUSY", 7, /no room/],
  ])("%s (%i) is %s", async (code, status, expected, exit, words) => {
    const { error, pauses } = await put(onPut(errorReply(status, code)));
    expect(error).toMatchObject({ code: expected, context: { bucket: "acme-bales", codes: [code], status } });
    expect(exitCodeOf(error)).toBe(exit);
    expect(`${(error as BaleError).why} ${(error as BaleError).fix}`).toMatch(words);
    expect(pauses).toEqual([]);
  });

  it("names the store and the key", async () => {
    const { error } = await put(onPut(errorReply(403, "AccessDenied")));
    expect(error).toMatchObject({
      message: expect.stringContaining("in store big"),
      context: { store: "big", key: keyOf(small), operation: "PutObject", digest: small.digest },
    });
  });

  it.each([
    ["PermanentRedirect", 301, "", { "x-amz-bucket-region": "eu-central-1" }],
    ["AuthorizationHeaderMalformed", 400, "<Region>eu-central-1</Region>", {}],
    ["IllegalLocationConstraintException", 400, "", { "x-amz-bucket-region": "eu-central-1" }],
  ])("%s names the region of the bucket", async (code, status, more, headers) => {
    const { error } = await put({
      ...onPut(errorReply(status, code, more, headers)),
      config: { endpoint: undefined, region: "eu-west-1" },
    });
    expect(error).toMatchObject({
      code: "CONFIG_INVALID",
      why: "the bucket acme-bales is in eu-central-1, not in eu-west-1",
      fix: "set `region: eu-central-1` for the store in bale.yaml",
    });
  });

  it("a redirect that names no region, or a hostile one, is explained without it", async () => {
    for (const headers of [
      {},
      { "x-amz-bucket-region": "\u001b[31mx" },
      { location: "https://evil.example.org/" },
    ]) {
      const { error, fake } = await put({
        ...onPut({ status: 307, headers }),
        config: { endpoint: undefined, region: "eu-west-1" },
      });
      expect(error).toMatchObject({
        code: "CONFIG_INVALID",
        fix: expect.stringContaining("correct the region"),
      });
      expect(fake.log.every(({ url }) => url.host === "acme-bales.s3.eu-west-1.amazonaws.com")).toBe(true);
    }
  });
});

describe("the clock", () => {
  const skewed = (now: string): FakeS3Options => {
    const theirs = new Date(now);
    return {
      fault: ({ headers, method }) => {
        const [, y, m, d, h, min, s] =
          /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headers["x-amz-date"] ?? "") ?? [];
        const signed = Date.UTC(Number(y), Number(m) - 1, Number(d), Number(h), Number(min), Number(s));
        if (Math.abs(signed - theirs.getTime()) < 15 * 60_000) return undefined;
        const date = { date: theirs.toUTCString() };
        if (method === "HEAD") return { status: 403, headers: date };
        return errorReply(
          403,
          "RequestTimeTooSkewed",
          `<ServerTime>${theirs.toISOString()}</ServerTime>`,
          date,
        );
      },
    };
  };

  it("that is wrong is corrected by the store's, in passing", async () => {
    const { error, fake } = await put(skewed("2031-05-06T07:08:09Z"));
    expect(error).toBeUndefined();
    expect(fake.objects.get(keyOf(small))?.equals(small.bytes)).toBe(true);
  });

  it("that cannot be corrected is told with both times", async () => {
    const more = "<ServerTime>2031-05-06T07:08:09Z</ServerTime>";
    const { error } = await put({
      fault: () => errorReply(403, "RequestTimeTooSkewed", more),
      driver: { now: () => new Date("2026-01-02T03:04:05.678Z") },
    });
    expect(error).toMatchObject({
      code: "STORE_DENIED",
      why: "this machine's clock says 2026-01-02T03:04:05Z, the store's 2031-05-06T07:08:09Z",
      fix: expect.stringContaining("clock"),
    });
  });
});

describe("a look that is refused", () => {
  it.each([
    ["ExpiredToken", 400, "STORE_DENIED", /has ended/],
    ["RequestTimeTooSkewed", 403, "STORE_DENIED", /clock/],
    ["InvalidAccessKeyId", 403, "STORE_DENIED", /did not accept/],
    ["AccessDenied", 403, "STORE_DENIED", /s3:GetObject/],
  ])(
    "is explained by a GET, since an answer to HEAD has no body: %s",
    async (code, status, expected, words) => {
      const { error } = await put({
        fault: ({ method }) => (method === "HEAD" ? { status } : errorReply(status, code)),
      });
      expect(error).toMatchObject({ code: expected });
      expect(`${(error as BaleError).why} ${(error as BaleError).fix}`).toMatch(words);
    },
  );

  it("is never taken for absence, unless the store says so", async () => {
    const headless: FakeS3Options = {
      fault: ({ method }) => (method === "HEAD" ? { status: 403 } : undefined),
    };
    const { fake, driver } = storeOf(headless);
    expect(await driver.stat(driver.locate(small.digest))).toBeUndefined();
    fake.objects.set(keyOf(small), small.bytes);
    expect(await driver.stat(driver.locate(small.digest))).toEqual({ size: 500 });
    fake.objects.set(keyOf(small), Buffer.alloc(0));
    await expect(driver.stat(driver.locate(small.digest))).rejects.toMatchObject({ code: "DENIED" });
  });
});

describe("what passes is tried again", () => {
  it.each([
    [errorReply(503, "SlowDown"), 1000],
    [errorReply(429, "TooManyRequests"), 1000],
    [errorReply(400, "RequestLimitExceeded"), 1000],
    [errorReply(500, "InternalError"), 0],
    [errorReply(400, "RequestTimeout"), 0],
    [{ status: 502, body: "<html>a proxy's page", headers: { "content-type": "text/html" } }, 0],
    [{ status: 503, headers: { "retry-after": "7" } }, 7000],
    [errorReply(400, "BadDigest"), 0],
    [errorReply(400, "XAmzContentSHA256Mismatch"), 0],
    [errorReply(409, "ConditionalRequestConflict"), 500],
  ])("%j", async (reply, least) => {
    let times = 0;
    const { error, pauses } = await put({
      fault: ({ method }) => (method === "PUT" && ++times <= 3 ? reply : undefined),
    });
    expect(error).toBeUndefined();
    // Half of 250 ms, 500 ms and 1 s, behind what the store asks for.
    expect(pauses).toEqual([125, 250, 500].map((jitter) => least + jitter));
  });

  it.each([
    [errorReply(503, "SlowDown"), "STORE_BUSY", 7],
    [errorReply(500, "InternalError"), "STORE_BUSY", 7],
    [errorReply(400, "BadDigest"), "STORE_CORRUPT", 5],
  ])("%j is given up after five tries", async (reply, code, exit) => {
    const { error, fake } = await put(onPut(reply));
    expect(error).toMatchObject({ code });
    expect(exitCodeOf(error)).toBe(exit);
    expect(fake.log.filter(({ method }) => method === "PUT")).toHaveLength(5);
  });

  it("a connection that breaks is, with a body that is read anew", async () => {
    let times = 0;
    const { error, fake } = await put({
      fault: ({ method }) => {
        if (method === "PUT" && ++times <= 2)
          throw new BaleError({ code: "CONNECT_FAILED", message: "the connection was closed" });
        return undefined;
      },
    });
    expect(error).toBeUndefined();
    expect(fake.objects.get(keyOf(small))?.equals(small.bytes)).toBe(true);
  });

  it("a host that is not known is not", async () => {
    const { error, pauses } = await put({
      fault: () => {
        throw new BaleError({ code: "TLS", message: "the certificate was not accepted" });
      },
    });
    expect(error).toMatchObject({ code: "TLS" });
    expect(pauses).toEqual([]);
  });

  it("a lost answer is no failure: the object is there, and of the right size", async () => {
    let lost = false;
    const { error, fake } = await put({
      after: ({ method }, reply) => {
        if (method !== "PUT" || lost) return reply;
        lost = true;
        throw new BaleError({ code: "CONNECT_FAILED", message: "the connection was closed" });
      },
    });
    expect(error).toBeUndefined();
    expect(fake.log.map(({ method }) => method)).toEqual(["HEAD", "PUT", "HEAD", "HEAD"]);
  });

  it("a store that refuses by the condition, and closes before it has read the body, is asked what it has", async () => {
    const broken = new BaleError({ code: "CONNECT_FAILED", message: "the connection was closed" });
    let puts = 0;
    const store = storeOf({
      fault: ({ method }) => {
        if (method !== "PUT") return undefined;
        puts++;
        // Another writer was there between the look and this one.
        store.fake.objects.set(keyOf(small), small.bytes);
        throw broken;
      },
    });
    const blobs = createBlobStore(store.driver, { hasher: nodeHasher, name: "big" });
    await blobs.put(small, bytesSource(small.bytes));
    expect(puts).toBe(1);
  });

  it("a connection that breaks before anything is there is tried again", async () => {
    let puts = 0;
    const { error, fake } = await put({
      fault: ({ method }) => {
        if (method === "PUT" && ++puts < 3)
          throw new BaleError({ code: "CONNECT_FAILED", message: "the connection was closed" });
        return undefined;
      },
    });
    expect([error, puts]).toEqual([undefined, 3]);
    expect(fake.objects.get(keyOf(small))?.equals(small.bytes)).toBe(true);
  });
});
