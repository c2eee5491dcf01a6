import { BaleError, secret } from "@bale/spec";
import { bytesSource, createBlobStore, nodeHasher } from "@bale/storage";
import { cloud, failure, printed, type Reply } from "@bale/tooling-cloud";
import { describe, expect, it } from "vitest";
import { fakeAzure, refused } from "../fake-azure.testing.js";
import { driverOf, KEY, NOW } from "../store.testing.js";

const bytes = Buffer.from("the bytes of a blob");
const digest = nodeHasher.digest(bytes);
const blob = { digest, size: bytes.length };
const dated = (ms: number): Readonly<Record<string, string>> => ({ date: new Date(NOW + ms).toUTCString() });

type Changes = Parameters<typeof driverOf>[1];

async function putError(reply: Reply, changes: Changes = {}): Promise<BaleError> {
  await using azure = await cloud(() => ({ ...reply, headers: { ...dated(0), ...reply.headers } }));
  const store = createBlobStore(driverOf(azure.http, changes), { hasher: nodeHasher, name: "big" });
  return await failure(store.put(blob, bytesSource(bytes)));
}

describe("a refusal", () => {
  it.each([
    [403, "AuthenticationFailed", "STORE_DENIED"],
    [403, "AuthorizationFailure", "STORE_DENIED"],
    [403, "AuthorizationPermissionMismatch", "STORE_DENIED"],
    [403, "AccountIsDisabled", "STORE_DENIED"],
    [401, "NoAuthenticationInformation", "STORE_DENIED"],
    [400, "InvalidAuthenticationInfo", "STORE_DENIED"],
    [409, "PublicAccessNotPermitted", "STORE_DENIED"],
    [404, "ContainerNotFound", "EXTERNAL_MISSING"],
    [409, "ContainerBeingDeleted", "STORE_BUSY"],
    [400, "Md5Mismatch", "STORE_CORRUPT"],
    [413, "RequestBodyTooLarge", "TOO_LARGE"],
    [400, "InvalidHeaderValue", "STORE_BUSY"],
    [503, "ServerBusy", "STORE_BUSY"],
    [500, "OperationTimedOut", "STORE_BUSY"],
    [429, "TooManyRequests", "STORE_BUSY"],
    [409, "LeaseAlreadyPresent", "STORE_CONFLICT"],
  ])("with %s %s is %s, and says so", async (status, name, code) => {
    const error = await putError(refused(status, name));
    expect(error).toMatchObject({ code, why: expect.stringContaining(name) });
    expect(printed(error)).not.toContain(KEY);
  });

  it.each([
    [409, "ContainerBeingDeleted", "safe"],
    [503, "ServerBusy", "safe"],
    [400, "InvalidHeaderValue", "never"],
    [403, "AuthenticationFailed", "never"],
  ])("with %s %s may be repeated: %s", async (status, name, retry) => {
    expect((await putError(refused(status, name))).retry.kind).toBe(retry);
  });

  it("of a container that is not there names it", async () => {
    const error = await putError(refused(404, "ContainerNotFound"));
    expect(error.why).toContain("404 (ContainerNotFound)");
    expect(error.context).toMatchObject({ account: "acme", container: "models", store: "big" });
  });

  it("by a clock that is wrong says both times", async () => {
    const error = await putError({ ...refused(403, "AuthenticationFailed"), headers: dated(3_600_000) });
    expect(error).toMatchObject({ code: "STORE_DENIED", fix: "set this machine's clock" });
    expect(error.why).toContain(
      "this machine says 2026-01-02T03:04:05.000Z, the server 2026-01-02T04:04:05.000Z",
    );
    const right = await putError(refused(403, "AuthenticationFailed"));
    expect(right.why).not.toContain("clocks");
  });

  it("of a signature that has ended says when, and repeats nothing of a request", async () => {
    const detail = (text: string): Reply =>
      refused(403, "AuthenticationFailed", `<AuthenticationErrorDetail>${text}</AuthenticationErrorDetail>`);
    const ended = "Signature not valid in the specified time frame: Start [a] - Expiry [b] - Current [c]";
    const env = { AZURE_STORAGE_ACCOUNT: "acme", AZURE_STORAGE_SAS_TOKEN: "?sv=2023-11-03&sig=s3cr3t" };
    const error = await putError(detail(ended), { env });
    expect(error.why).toContain(ended);
    expect(error.fix).toContain("AZURE_STORAGE_SAS_TOKEN");
    expect(printed(error)).not.toContain("s3cr3t");
    const echo = await putError(
      detail("The MAC signature found in the HTTP request 's3cr3t' is not the same"),
    );
    expect(printed(echo)).not.toContain("s3cr3t");
  });

  it("of somebody without credentials says how to get some; a container that is not public looks absent", async () => {
    for (const name of ["ResourceNotFound", "PublicAccessNotPermitted"]) {
      const error = await putError(refused(name === "ResourceNotFound" ? 404 : 409, name), { env: {} });
      expect(error).toMatchObject({
        code: "STORE_DENIED",
        why: expect.stringContaining("without credentials"),
      });
      expect(error.fix).toContain("AZURE_STORAGE_ACCOUNT to acme");
    }
  });

  it("of an identity names the roles that it lacks", async () => {
    const credentials = {
      id: "azure-storage",
      resolve: async () => ({ kind: "bearer", token: secret("s3cr3t") }) as const,
    };
    const error = await putError(refused(403, "AuthorizationPermissionMismatch"), { env: {}, credentials });
    expect(error.fix).toContain("Storage Blob Data Contributor");
    expect(printed(error)).not.toContain("s3cr3t");
  });
});

describe("a token of another tenant", () => {
  const bearer = { kind: "bearer", token: secret("s3cr3t") } as const;
  const credentials = { id: "azure-storage", resolve: async () => bearer };
  const isSigned = (asked: { readonly headers: Readonly<Record<string, string | undefined>> }): boolean =>
    asked.headers["authorization"] !== undefined;

  it("does not keep anybody from what is public, and is not tried again for it", async () => {
    await using azure = await cloud((asked) =>
      isSigned(asked) ? refused(401, "InvalidAuthenticationInfo") : { headers: { "content-length": "19" } },
    );
    const driver = driverOf(azure.http, { env: {}, credentials });
    expect(await driver.stat(driver.locate(digest))).toEqual({ size: 19 });
    expect(await driver.stat(driver.locate(digest))).toEqual({ size: 19 });
    expect(azure.asked.map(isSigned)).toEqual([true, false, false]);
  });

  it("is what the error is about where nothing is public; a container that is hidden is not one without blobs", async () => {
    await using azure = await cloud((asked) =>
      isSigned(asked) ? refused(403, "AuthorizationPermissionMismatch") : refused(404, "ResourceNotFound"),
    );
    const driver = driverOf(azure.http, { env: {}, credentials });
    const error = await failure(driver.stat(driver.locate(digest)));
    expect(error).toMatchObject({ code: "DENIED", why: expect.stringContaining("Mismatch") });
    const writing = driver.write(driver.locate(digest), bytesSource(bytes), { digest });
    expect((await failure(writing)).code).toBe("DENIED");
    expect(azure.asked.map(isSigned)).toEqual([true, false, true]);
  });
});

describe("a read", () => {
  const readError = async (
    reply: Reply,
    range?: { start: number; endExclusive: number },
  ): Promise<BaleError> => {
    await using azure = await cloud(() => reply);
    const driver = driverOf(azure.http);
    const reading = (async () => {
      for await (const chunk of driver.read(driver.locate(digest), { range })) void chunk;
    })();
    return await failure(reading);
  };

  it("of an archived blob says what to do", async () => {
    expect(await readError(refused(409, "BlobArchived"))).toMatchObject({
      code: "CAPABILITY_MISSING",
      fix: expect.stringContaining("access tier"),
    });
  });

  it.each([
    ["the whole", { body: bytes }],
    [
      "another range",
      { status: 206, headers: { "content-range": "bytes 0-4/19" }, body: bytes.subarray(0, 5) },
    ],
    [
      "a shorter range",
      { status: 206, headers: { "content-range": "bytes 2-4/19" }, body: bytes.subarray(2, 5) },
    ],
    ["a range without saying which", { status: 206, body: bytes.subarray(2, 7) }],
  ])("of a range that is answered with %s fails", async (_, reply) => {
    expect((await readError(reply, { start: 2, endExclusive: 7 })).code).toBe("RANGE_INVALID");
  });

  it("that breaks is gone on with", async () => {
    const { blobs, reply } = fakeAzure();
    let breaks = 1;
    await using azure = await cloud((asked) => {
      const answer = reply(asked);
      return asked.method === "GET" && breaks-- > 0 ? { ...answer, broken: "during" } : answer;
    });
    const driver = driverOf(azure.http);
    blobs.set(driver.locate(digest).slice("azure://acme/models/".length), bytes);
    const store = createBlobStore(driver, { hasher: nodeHasher, retry: { sleep: async () => {} } });
    const chunks: Uint8Array[] = [];
    for await (const chunk of store.get(blob)) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    expect(azure.asked.map(({ headers }) => headers["range"])).toEqual([
      "bytes=0-8388607",
      "bytes=9-8388616",
    ]);
  });
});

it("never sends its request on to another host", async () => {
  await using azure = await cloud(() => ({ status: 307, headers: { location: "https://evil.example/" } }));
  const driver = driverOf(azure.http);
  expect(BaleError.is(await failure(driver.stat(driver.locate(digest))), "REDIRECT")).toBe(true);
  expect(azure.asked).toHaveLength(1);
});
