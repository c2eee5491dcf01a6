import type { BaleError } from "@bale/spec";
import { bytesSource, createBlobStore, nodeHasher } from "@bale/storage";
import { cloud, failure, printed, type Reply } from "@bale/tooling-cloud";
import { describe, expect, it } from "vitest";
import { fakeGcs, refused } from "../fake-gcs.testing.js";
import { driverOf, NOBODY, NOW, TOKEN } from "../store.testing.js";

const bytes = Buffer.from("the bytes of a blob");
const digest = nodeHasher.digest(bytes);
const blob = { digest, size: bytes.length };
const dated = (ms: number): Readonly<Record<string, string>> => ({ date: new Date(NOW + ms).toUTCString() });

type Changes = Parameters<typeof driverOf>[1];

/** What a push fails with when nothing is there, and writes are refused. */
async function putError(answer: Reply, changes: Changes = {}): Promise<BaleError> {
  await using google = await cloud(({ method }) =>
    method === "POST" ? { ...answer, headers: { ...dated(0), ...answer.headers } } : refused(404, "notFound"),
  );
  const store = createBlobStore(driverOf(google.http, changes), { hasher: nodeHasher, name: "big" });
  return await failure(store.put(blob, bytesSource(bytes)));
}

describe("a refusal", () => {
  it.each([
    [401, "authError", "STORE_DENIED"],
    [403, "forbidden", "STORE_DENIED"],
    [403, "accountDisabled", "STORE_DENIED"],
    [400, "userProjectMissing", "STORE_DENIED"],
    [403, "rateLimitExceeded", "STORE_BUSY"],
    [429, "rateLimitExceeded", "STORE_BUSY"],
    [404, "notFound", "EXTERNAL_MISSING"],
    [413, "uploadTooLarge", "TOO_LARGE"],
    [400, "invalid", "STORE_BUSY"],
    [503, "backendError", "STORE_BUSY"],
    [500, "internalError", "STORE_BUSY"],
    [409, "conflict", "STORE_CONFLICT"],
  ])("with %s %s is %s, and shows no token", async (status, reason, code) => {
    const error = await putError(refused(status, reason));
    expect(error).toMatchObject({ code, why: expect.stringContaining(String(status)) });
    expect(printed(error)).not.toContain(TOKEN);
  });

  it.each([
    [403, "rateLimitExceeded", "safe"],
    [503, "backendError", "safe"],
    [400, "invalid", "never"],
    [403, "forbidden", "never"],
  ])("with %s %s may be repeated: %s", async (status, reason, retry) => {
    expect((await putError(refused(status, reason))).retry.kind).toBe(retry);
  });

  it("repeats the words of the service, without what looks like a secret", async () => {
    const words = "pusher@acme.example lacks storage.objects.create. token=s3cr3t";
    const error = await putError(refused(403, "forbidden", words));
    expect(error.why).toContain(
      "it answered 403 (forbidden), asked with an access token; pusher@acme.example lacks",
    );
    expect(printed(error)).not.toContain("s3cr3t");
    expect(error.context).toMatchObject({ bucket: "models", store: "big" });
  });

  it("in no known form is judged by its status", async () => {
    for (const body of ["<html>", "[]", '{"error":"x"}', '{"error":{"errors":[5]}}'])
      expect(await putError({ status: 403, body })).toMatchObject({ code: "STORE_DENIED" });
  });

  it("by a clock that is wrong says both times", async () => {
    const error = await putError({ ...refused(401, "authError"), headers: dated(3_600_000) });
    expect(error).toMatchObject({ code: "STORE_DENIED", fix: "set this machine's clock" });
    expect(error.why).toContain(
      "this machine says 2026-01-02T03:04:05.000Z, the server 2026-01-02T04:04:05.000Z",
    );
  });

  it("of somebody without credentials says how to get some", async () => {
    for (const status of [401, 403]) {
      const error = await putError(refused(status, "required"), { credentials: NOBODY });
      expect(error).toMatchObject({
        code: "STORE_DENIED",
        why: expect.stringContaining("without credentials"),
      });
      expect(error.fix).toContain("GOOGLE_APPLICATION_CREDENTIALS");
    }
  });
});

describe("a read", () => {
  it.each([
    [
      "another range",
      { status: 206, headers: { "content-range": "bytes 0-4/19" }, body: bytes.subarray(0, 5) },
    ],
    ["a range without saying which", { status: 206, body: bytes.subarray(2, 7) }],
    ["the whole", { body: bytes }],
  ])("of a range that is answered with %s fails", async (_, reply) => {
    await using google = await cloud(() => reply);
    const driver = driverOf(google.http);
    const reading = (async () => {
      for await (const chunk of driver.read(driver.locate(digest), { range: { start: 2, endExclusive: 7 } }))
        void chunk;
    })();
    expect((await failure(reading)).code).toBe("RANGE_INVALID");
  });

  it("that breaks is gone on with", async () => {
    const { objects, reply } = fakeGcs();
    let breaks = 1;
    await using google = await cloud((asked) => {
      const answer = reply(asked);
      return asked.url.includes("alt=media") && breaks-- > 0 ? { ...answer, broken: "during" } : answer;
    });
    const driver = driverOf(google.http);
    objects.set(driver.locate(digest).slice("gcs://models/".length), bytes);
    const store = createBlobStore(driver, { hasher: nodeHasher, retry: { sleep: async () => {} } });
    const chunks: Uint8Array[] = [];
    for await (const chunk of store.get(blob)) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    expect(google.asked.map(({ headers }) => headers["range"])).toEqual([
      "bytes=0-8388607",
      "bytes=9-8388616",
    ]);
  });
});

describe("an answer that is not what the API promises", () => {
  const asked = async (body: unknown): Promise<readonly string[]> => {
    await using google = await cloud(() => ({ body }));
    const driver = driverOf(google.http);
    const listing = async (): Promise<void> => {
      for await (const item of driver.listing?.list() ?? []) void item;
    };
    const errors = [await failure(driver.stat(driver.locate(digest))), await failure(listing())];
    return errors.map(({ code, retry }) => `${code} ${retry.kind}`);
  };
  it.each(["no JSON", "5", '"text"', '{"items":5,"size":-1}', '{"items":{},"size":"1e9"}'])(
    "(%s) is an error",
    async (body) => {
      expect(await asked(body)).toEqual(["SERVER never", "SERVER never"]);
    },
  );
});

it("never sends its request on to another host", async () => {
  await using google = await cloud(() => ({ status: 307, headers: { location: "https://evil.example/" } }));
  const driver = driverOf(google.http);
  expect((await failure(driver.stat(driver.locate(digest)))).code).toBe("REDIRECT");
  expect(google.asked).toHaveLength(1);
});
