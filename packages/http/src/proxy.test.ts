import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { BaleError } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCertificate } from "./certificate.testing.js";
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

describe("bypassesProxy, for anything", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,5}(\.[a-z][a-z0-9]{0,5}){1,2}$/);
  const byte = fc.integer({ min: 0, max: 255 });
  const value = (parts: readonly number[]) => parts.reduce((sum, part) => sum * 256 + part, 0);

  test("takes any text without failing", () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.string(), (url, noProxy) => {
        expect(typeof bypassesProxy(new URL(url), noProxy)).toBe("boolean");
      }),
    );
  });

  test("covers a host, its subdomains, and no name that merely ends alike", () => {
    fc.assert(
      fc.property(name, name, fc.constantFrom("", "."), (host, other, dot) => {
        const direct = (hostname: string) =>
          bypassesProxy(new URL(`https://${hostname}/`), `x.test,${dot}${host}`);
        expect(direct(`sub.${host}`)).toBe(true);
        expect(direct(host)).toBe(dot === "");
        expect(direct(`x${host}`)).toBe(false);
        expect(direct(`${host}.${other}x`)).toBe(
          `${other}x`.endsWith(host) && `.${other}x`.endsWith(`.${host}`),
        );
      }),
    );
  });

  test("covers the addresses of a block, as arithmetic says", () => {
    const address = fc.tuple(
      fc.integer({ min: 1, max: 223 }).filter((first) => first !== 127),
      byte,
      byte,
      byte,
    );
    fc.assert(
      fc.property(
        address,
        address,
        fc.integer({ min: 0, max: 32 }),
        fc.boolean(),
        (network, any, bits, near) => {
          const target = near ? [...network.slice(0, 3), any[3]] : any;
          const size = 2 ** (32 - bits);
          const inside = Math.floor(value(target) / size) === Math.floor(value(network) / size);
          const url = new URL(`http://${target.join(".")}:5000/`);
          expect(bypassesProxy(url, `${network.join(".")}/${bits}`)).toBe(inside);
        },
      ),
    );
  });

  test("counts a port only where one is named, the scheme's own included", () => {
    const port = fc.integer({ min: 1, max: 65_535 });
    fc.assert(
      fc.property(name, port, port, (host, asked, named) => {
        expect(bypassesProxy(new URL(`http://${host}:${asked}/`), `${host}:${named}`)).toBe(asked === named);
        expect(bypassesProxy(new URL(`http://${host}:${asked}/`), host)).toBe(true);
        expect(bypassesProxy(new URL(`https://${host}/`), `${host}:${named}`)).toBe(named === 443);
      }),
    );
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
  // A percent sign that encodes nothing is part of the password.
  expect(proxyFor(new URL("https://a.example"), { httpsProxy: "http://me:100%@proxy" })).toMatchObject({
    authorization: `Basic ${Buffer.from("me:100%").toString("base64")}`,
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

  test("a plain proxy that wants other credentials is told apart from the registry, and says what to do", async () => {
    await using proxy = await serve((_request, response) => response.writeHead(407).end());
    const { host } = new URL(proxy.origin);
    await using client = createHttpClient({
      proxies: { httpProxy: `http://me:s3cr3t@${host}` },
      sleep: async () => {},
    });
    const error: BaleError = await client
      .request({ method: "GET", url: "http://registry.invalid/v2/" })
      .catch((caught) => caught);
    expect(error).toMatchObject({ code: "PROXY", fix: expect.stringContaining("user and password") });
    expect(`${error.message} ${error.why} ${error.fix}`).not.toContain("s3cr3t");
    expect(proxy.seen).toHaveLength(1);
  });

  test("a proxy that says nothing to CONNECT is given up", async () => {
    await using proxy = await serve(() => expect.unreachable());
    proxy.server.on("connect", () => {});
    const { host } = new URL(proxy.origin);
    await using client = createHttpClient({
      proxies: { httpsProxy: `http://${host}` },
      connectTimeoutMs: 50,
      maxTries: 1,
    });
    const error: BaleError = await client
      .request({ method: "GET", url: "https://registry.invalid/v2/" })
      .catch((caught) => caught);
    expect(error).toMatchObject({ code: "PROXY" });
  });

  test("https reaches a server through the tunnel, with its certificate checked and nothing shown to the proxy", async () => {
    const authority = createCertificate({ commonName: "test authority", authority: true });
    const certificate = createCertificate({
      commonName: "server",
      names: ["registry.invalid"],
      issuer: { commonName: "test authority", key: authority.key },
    });
    const seen: IncomingHttpHeaders[] = [];
    const target = createServer(certificate, (request, response) => {
      seen.push(request.headers);
      response.end("ok");
    });
    await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
    await using proxy = await serve(() => expect.unreachable());
    const shown: IncomingHttpHeaders[] = [];
    proxy.server.on("connect", (request, socket: Socket) => {
      shown.push(request.headers);
      const onward = connect((target.address() as AddressInfo).port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(onward).pipe(socket);
      });
      onward.on("error", () => socket.destroy());
    });
    const { host } = new URL(proxy.origin);
    await using client = createHttpClient({
      proxies: { httpsProxy: `http://me:pw@${host}` },
      ca: [authority.cert],
      authorizer: { authorize: async () => "Bearer t0ken", challenge: async () => false },
    });
    const answer = await client.request({
      method: "GET",
      url: "https://registry.invalid/v2/",
      access: { actions: [] },
    });
    await answer.discard();
    expect(seen).toMatchObject([{ authorization: "Bearer t0ken", host: "registry.invalid" }]);
    expect(seen[0]).not.toHaveProperty("proxy-authorization");
    expect(shown).toHaveLength(1);
    expect(JSON.stringify(shown)).not.toContain("t0ken");
    target.closeAllConnections();
    target.close();
  });
});
