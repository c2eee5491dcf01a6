import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { BaleError, type HttpResponse } from "@bale/spec";
import { describe, expect, test } from "vitest";
import { createCertificate } from "./certificate.testing.js";
import { createHttpClient } from "./create-http-client.js";
import type { HttpOptions } from "./http-options.js";
import { serve } from "./serve.testing.js";

const authority = { commonName: "test authority" };
const root = createCertificate({ ...authority, authority: true });
const issuer = { ...authority, key: root.key };
const good = createCertificate({ commonName: "server", names: ["127.0.0.1", "localhost"], issuer });

async function secure(options: ServerOptions): Promise<AsyncDisposable & { readonly origin: string }> {
  const server = createServer({ ...good, ...options }, (_request, response) => response.end("ok"));
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function ask(origin: string, options: HttpOptions): Promise<HttpResponse | BaleError> {
  await using client = createHttpClient({ sleep: async () => {}, ...options });
  try {
    const answer = await client.request({ method: "GET", url: origin });
    await answer.bytes(100);
    return answer;
  } catch (error) {
    if (BaleError.is(error)) return error;
    throw error;
  }
}

describe("TLS", () => {
  test("an authority that is named is trusted", async () => {
    await using server = await secure({});
    expect(await ask(server.origin, { ca: [root.cert] })).toMatchObject({ status: 200 });
    expect(await ask(server.origin, { origins: () => ({ ca: [root.cert] }) })).toMatchObject({ status: 200 });
  });

  test("insecure skips verification for its origin", async () => {
    await using server = await secure({});
    const origins = (origin: string) => ({ insecure: origin === server.origin });
    expect(await ask(server.origin, { origins })).toMatchObject({ status: 200 });
  });

  test.each([
    ["an unknown authority", {}, /not trusted/],
    [
      "an expired certificate",
      createCertificate({
        commonName: "server",
        names: ["127.0.0.1"],
        issuer,
        notAfter: new Date("2021-01-01T00:00:00Z"),
      }),
      /expired/,
    ],
    [
      "a certificate for another name",
      createCertificate({ commonName: "x", names: ["other.example"], issuer }),
      /another name/,
    ],
    [
      "a self-signed certificate",
      createCertificate({ commonName: "self", names: ["127.0.0.1"] }),
      /signed by itself/,
    ],
  ])("%s is refused, saying which, without another try", async (what, certificate, why) => {
    await using server = await secure(certificate);
    let retries = 0;
    const answer = await ask(server.origin, {
      ca: what === "an unknown authority" ? [] : [root.cert],
      onRetry: () => {
        retries += 1;
      },
    });
    expect(answer).toMatchObject({ code: "TLS" });
    expect((answer as BaleError).why).toMatch(why);
    expect(retries).toBe(0);
  });

  test("a server that wants a client certificate gets it, or says so", async () => {
    // In TLS 1.3 the refusal comes after the handshake, together with the end of the connection, and may be lost.
    await using server = await secure({
      requestCert: true,
      rejectUnauthorized: true,
      ca: root.cert,
      maxVersion: "TLSv1.2",
    });
    const own = createCertificate({ commonName: "client", issuer });
    expect(await ask(server.origin, { ca: [root.cert], origins: () => own })).toMatchObject({ status: 200 });
    const refused = await ask(server.origin, { ca: [root.cert] });
    expect(refused).toMatchObject({ code: "TLS" });
    expect((refused as BaleError).fix).toContain("--cert-file");
  });

  test("half of a client certificate is refused before anything is sent", async () => {
    await using server = await secure({});
    for (const half of [{ cert: good.cert }, { key: good.key }])
      expect(await ask(server.origin, { origins: () => half })).toMatchObject({ code: "CONFIG_INVALID" });
  });

  test("a server of TLS that is asked in plain http says so", async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(400, { "content-type": "text/plain" });
      response.end("Client sent an HTTP request to an HTTPS server.\n");
    });
    expect(await ask(server.origin, {})).toMatchObject({
      code: "TLS",
      fix: expect.stringContaining("plainHttp"),
    });
  });

  test("plain http behind an https address is refused and never tried in the clear", async () => {
    await using server = await serve((_request, response) => response.end());
    const answer = await ask(server.origin.replace("http:", "https:"), {});
    expect(answer).toMatchObject({ code: "TLS" });
    expect((answer as BaleError).fix).toContain("--plain-http");
    expect(server.seen).toEqual([]);
  });
});
