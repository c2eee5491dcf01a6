import { createServer as createHttp } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTcp, type Server } from "node:net";
import type { Authorizer } from "@bale/http";
import { BaleError, type HttpClient, type PingResult } from "@bale/spec";
import { createTestCertificate, startTestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { impatientHttp, repositoryAt } from "./registry-harness.js";

let http: HttpClient;
beforeAll(() => {
  http = impatientHttp();
});
afterAll(() => http[Symbol.asyncDispose]());

const ping = (server: { readonly host: string; readonly url: string }, client = http): Promise<PingResult> =>
  repositoryAt(server, client).ping();

/** Signs in with Basic once it is asked to. */
function signingIn(password: string): Authorizer {
  let challenged = false;
  return {
    authorize: async () =>
      challenged ? `Basic ${Buffer.from(`alice:${password}`).toString("base64")}` : undefined,
    challenge: async () => {
      const first = !challenged;
      challenged = true;
      return first;
    },
    identity: () => (challenged ? "alice (a test)" : undefined),
  };
}

async function listening(
  server: Server,
): Promise<AsyncDisposable & { readonly host: string; readonly url: string }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}`,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("a ping", () => {
  it("of an open registry says what it is, how it is reached, and how long that takes", async () => {
    await using registry = await startTestRegistry();
    const { details, ...result } = await ping(registry);
    expect(result).toEqual({ reachable: true, authenticated: true });
    expect(details).toEqual({
      verdict: "ready",
      origin: registry.url,
      apiVersion: "registry/2.0",
      asks: "nothing",
      firstMs: expect.any(Number),
      warmMs: expect.any(Number),
    });
  });

  it("says as whom it was let in", async () => {
    await using registry = await startTestRegistry({ auth: { scheme: "basic", users: { alice: "pw" } } });
    await using client = impatientHttp({ authorizer: signingIn("pw") });
    expect(await ping(registry, client)).toMatchObject({
      authenticated: true,
      details: { verdict: "ready", asks: "basic", identity: "alice (a test)" },
    });
  });

  it("tells credentials that are missing, or refused, from a registry that is not there", async () => {
    await using registry = await startTestRegistry({ auth: { scheme: "basic", users: { alice: "pw" } } });
    expect(await ping(registry)).toMatchObject({
      reachable: true,
      authenticated: false,
      details: { verdict: "refused", asks: "basic", failure: { code: "AUTH_FAILED" } },
    });
    await using client = impatientHttp({ authorizer: signingIn("wrong") });
    const refused = await ping(registry, client);
    expect(refused.details).toMatchObject({ verdict: "refused", failure: { code: "AUTH_FAILED" } });
    expect(refused.details?.failure?.message).toContain("alice (a test)");
    const gone = await ping({ host: "127.0.0.1:1", url: "http://127.0.0.1:1" });
    expect(gone).toMatchObject({
      reachable: false,
      authenticated: false,
      details: { verdict: "unreachable", failure: { code: "CONNECT_FAILED" } },
    });
  });

  it("names the host of the token service", async () => {
    await using registry = await startTestRegistry({ auth: { scheme: "bearer", tokenListener: "second" } });
    expect((await ping(registry)).details).toMatchObject({
      asks: "token",
      tokenService: new URL(registry.secondUrl).host,
    });
  });

  it("says what is wrong with a certificate, and who vouches for a right one", async () => {
    const root = createTestCertificate({ commonName: "test authority", authority: true });
    const tls = createTestCertificate({ commonName: "registry", issuer: root });
    await using registry = await startTestRegistry({ tls });
    expect(await ping(registry)).toMatchObject({
      reachable: false,
      details: { verdict: "unreachable", failure: { code: "TLS" } },
    });
    await using client = impatientHttp({ ca: [root.cert] });
    const { details } = await ping(registry, client);
    expect(details).toMatchObject({
      verdict: "ready",
      tls: { protocol: "TLSv1.3", subject: "registry", issuer: "test authority", trustedBy: "named" },
    });
    await using careless = impatientHttp({ origins: () => ({ insecure: true }) });
    expect((await ping(registry, careless)).details).toMatchObject({
      verdict: "ready",
      tls: { trustedBy: "nobody" },
    });
  });

  it.each([
    ["answers 404", 404, "text/plain"],
    ["answers 405", 405, "application/json"],
    ["greets everybody with a page", 200, "text/html; charset=utf-8"],
  ])("finds that something is no registry when it %s", async (_what, status, type) => {
    await using server = await listening(
      createHttp((_request, response) => response.writeHead(status, { "content-type": type }).end("hello")),
    );
    const { details, ...result } = await ping(server);
    expect(result).toEqual({ reachable: true, authenticated: false });
    expect(details).toMatchObject({ verdict: "no-registry", failure: { code: "UNSUPPORTED" } });
    expect(details?.failure?.message).toContain(server.host);
  });

  it("finds that something is no registry when it does not speak HTTP", async () => {
    await using server = await listening(
      createTcp((socket) =>
        socket
          .resume()
          .on("error", () => {})
          .end("SSH-2.0-OpenSSH_9.2\r\n"),
      ),
    );
    expect((await ping(server)).details).toMatchObject({ verdict: "no-registry" });
  });

  it("takes a registry for one that says no version of its own, and one whose answer looks odd", async () => {
    await using server = await listening(
      createHttp((_request, response) =>
        response.writeHead(200, { "content-type": "application/json" }).end("true"),
      ),
    );
    const { details } = await ping(server);
    expect(details).toMatchObject({ verdict: "ready" });
    expect(details).not.toHaveProperty("apiVersion");
  });

  it("of a registry that fails is no verdict about credentials", async () => {
    await using registry = await startTestRegistry();
    registry.addFault({ times: 0, action: { kind: "status", status: 503 } });
    expect(await ping(registry)).toMatchObject({
      reachable: false,
      details: { verdict: "unreachable", failure: { code: "SERVER" } },
    });
  });

  it("stops on request", async () => {
    await using registry = await startTestRegistry();
    registry.addFault({ times: 0, action: { kind: "delay", milliseconds: 60_000 } });
    const stop = new AbortController();
    const pinging = repositoryAt(registry, http).ping({ signal: stop.signal });
    stop.abort();
    const error = await pinging.catch((caught: unknown) => caught);
    expect(BaleError.is(error, "INTERRUPTED")).toBe(true);
  });
});
