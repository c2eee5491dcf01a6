import { connect, type Socket } from "node:net";
import type { BaleError } from "@bale/spec";
import { describe, expect, test } from "vitest";
import { createHttpClient } from "./create-http-client.js";
import { bypassesProxy, proxiesFromEnvironment, proxyFor } from "./proxy-rule.js";
import { serve } from "./serve.testing.js";

describe("bypassesProxy", () => {
  test.each([
    ["https://a.example/", "*", true],
    ["https://a.example/", "ample", false],
    ["https://a.example/", "a.example", true],
    ["https://A.Example./", "a.EXAMPLE", true],
    ["https://b.a.example/", "a.example", true],
    ["https://ba.example/", "a.example", false],
    ["https://a.example/", ".a.example", false],
    ["https://b.a.example/", ".a.example", true],
    ["https://b.a.example/", "*.a.example", true],
    ["https://a.example/", "x.example, a.example:443", true],
    ["https://a.example/", "a.example:8443", false],
    ["http://a.example:8080/", "a.example:8080", true],
    ["http://10.1.2.3/", "10.0.0.0/8", true],
    ["http://11.1.2.3/", "10.0.0.0/8", false],
    ["http://a.example/", "10.0.0.0/8", false],
    ["http://10.1.2.3/", "10.0.0.0/99", false],
    ["http://10.1.2.3/", "2.3", false],
    ["http://[fd00::1]/", "fd00::/8", true],
    ["http://[fd00::1]:80/", "fd00::1", true],
    ["http://a.example/", "", false],
    ["http://a.example/", ".", false],
    ["http://localhost:5000/", "", true],
    ["http://127.0.0.1/", undefined, true],
  ])("%s with NO_PROXY %j: %s", (url, noProxy, direct) => {
    expect(bypassesProxy(new URL(url), noProxy)).toBe(direct);
  });
});

test("the environment's lower-case names win, and HTTP_PROXY counts for nothing under CGI", () => {
  expect(
    proxiesFromEnvironment({ http_proxy: "a", HTTP_PROXY: "b", HTTPS_PROXY: "c", NO_PROXY: "d" }),
  ).toEqual({
    httpProxy: "a",
    httpsProxy: "c",
    noProxy: "d",
  });
  expect(proxiesFromEnvironment({ HTTP_PROXY: "b", REQUEST_METHOD: "GET", ALL_PROXY: "e" })).toEqual({
    httpProxy: "e",
    httpsProxy: "e",
    noProxy: undefined,
  });
});

test("an address that is no http URL is refused without being shown", () => {
  expect(() => proxyFor(new URL("https://a.example"), { httpsProxy: "socks5://me:s3cr3t@x" })).toThrow(
    /not usable/,
  );
  expect(proxyFor(new URL("https://a.example"), { httpsProxy: "me:p%40ss@proxy:3128" })).toMatchObject({
    origin: "http://proxy:3128",
    authorization: `Basic ${Buffer.from("me:p@ss").toString("base64")}`,
  });
});

describe("requests through a proxy", () => {
  test("a plain proxy gets the whole URL and its own credentials, which the target does not see", async () => {
    const seen: Record<string, unknown>[] = [];
    await using proxy = await serve((request, response) => {
      seen.push({
        url: request.url,
        host: request.headers.host,
        auth: request.headers["proxy-authorization"],
      });
      response.end("through");
    });
    const { host } = new URL(proxy.origin);
    await using client = createHttpClient({ proxies: { httpProxy: `http://me:pw@${host}` } });
    const answer = await client.request({ method: "GET", url: "http://registry.invalid:5000/v2/?a=1" });
    expect(Buffer.from(await answer.bytes(100)).toString()).toBe("through");
    expect(seen).toEqual([
      {
        url: "http://registry.invalid:5000/v2/?a=1",
        host: "registry.invalid:5000",
        auth: `Basic ${Buffer.from("me:pw").toString("base64")}`,
      },
    ]);
  });

  test("https goes through a tunnel, and what the proxy sees of it is the host", async () => {
    const asked: { readonly target: string | undefined; readonly auth: string | undefined }[] = [];
    await using target = await serve((_request, response) => response.end());
    await using proxy = await serve(() => expect.unreachable());
    proxy.server.on("connect", (request, socket: Socket) => {
      asked.push({ target: request.url, auth: request.headers["proxy-authorization"] });
      // To a server without TLS: the handshake must fail, since nothing is ever sent in the clear.
      const onward = connect(Number(new URL(target.origin).port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(onward).pipe(socket);
      });
      onward.on("error", () => socket.destroy());
    });
    const { host } = new URL(proxy.origin);
    await using client = createHttpClient({
      proxies: { httpsProxy: `http://me:pw@${host}` },
      sleep: async () => {},
    });
    const error: BaleError = await client
      .request({ method: "GET", url: "https://registry.invalid/v2/" })
      .catch((caught) => caught);
    expect(error).toMatchObject({ code: "TLS" });
    expect(asked).toEqual([
      { target: "registry.invalid:443", auth: `Basic ${Buffer.from("me:pw").toString("base64")}` },
    ]);
    expect(target.seen).toEqual([]);
  });

  test("a proxy that wants other credentials is named, without another try", async () => {
    await using proxy = await serve(() => expect.unreachable());
    let asked = 0;
    proxy.server.on("connect", (_request, socket: Socket) => {
      asked += 1;
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    });
    const { host } = new URL(proxy.origin);
    await using client = createHttpClient({
      proxies: { httpsProxy: `http://me:s3cr3t@${host}` },
      sleep: async () => {},
    });
    const error: BaleError = await client
      .request({ method: "GET", url: "https://registry.invalid/v2/" })
      .catch((caught) => caught);
    expect(error).toMatchObject({ code: "PROXY", why: "the proxy answered 407" });
    expect(error.message).toContain(host);
    expect(`${error.message} ${error.why} ${error.fix}`).not.toContain("s3cr3t");
    expect(asked).toBe(1);
  });
});
