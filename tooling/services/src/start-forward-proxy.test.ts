import { once } from "node:events";
import { createServer, request } from "node:http";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startForwardProxy } from "./start-forward-proxy.mjs";

let server: ReturnType<typeof createServer>;
let target: string;
beforeEach(async () => {
  server = createServer((incoming, response) => response.end(`hello ${incoming.headers.host}`));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  target = `127.0.0.1:${address.port}`;
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

interface Given {
  readonly proxy: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
}

/** Status and body; over a tunnel, those of the request in it. */
async function ask({ proxy, ...options }: Given): Promise<[number | undefined, string]> {
  const [host, port] = proxy.split(":");
  const sent = request({ host, port, agent: false, ...options }).end();
  return new Promise((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", async (answer) => resolve([answer.statusCode, (await answer.toArray()).join("")]));
    sent.on("connect", (answer, socket) => {
      if (answer.statusCode !== 200) return resolve([answer.statusCode, ""]);
      socket.write("GET / HTTP/1.0\r\nHost: inner\r\n\r\n");
      socket
        .setEncoding("utf8")
        .once("data", (text: string) => resolve([200, text.split("\r\n\r\n")[1] ?? ""]));
    });
  });
}

it("passes plain requests on, and opens tunnels", async () => {
  await using proxy = await startForwardProxy({ lead: () => target });
  const plain = {
    proxy: proxy.host,
    method: "GET",
    path: "http://ghcr.io/v2/",
    headers: { host: "ghcr.io" },
  };
  expect(await ask(plain)).toEqual([200, "hello ghcr.io"]);
  expect(await ask({ proxy: proxy.host, method: "CONNECT", path: "ghcr.io:443" })).toEqual([
    200,
    "hello inner",
  ]);
  expect(proxy.requests().map(({ method, target: to }) => `${method} ${to}`)).toEqual([
    "GET http://ghcr.io/v2/",
    "CONNECT ghcr.io:443",
  ]);
});

it("lets nobody in but its account, and logs no secret", async () => {
  const account = { username: "ann", password: "p@ss:w" };
  await using proxy = await startForwardProxy({ account });
  expect(new URL(proxy.url).password).toBe("p%40ss%3Aw");
  const basic = `Basic ${Buffer.from("ann:p@ss:w").toString("base64")}`;
  const tunnel = { proxy: proxy.host, method: "CONNECT", path: target };
  expect((await ask(tunnel))[0]).toBe(407);
  expect((await ask({ ...tunnel, headers: { "proxy-authorization": "Basic eDp5" } }))[0]).toBe(407);
  expect((await ask({ ...tunnel, headers: { "proxy-authorization": basic } }))[0]).toBe(200);
  expect(
    proxy.requests().map(({ authorized, hasProxyAuthorization }) => [authorized, hasProxyAuthorization]),
  ).toEqual([
    [false, false],
    [false, true],
    [true, true],
  ]);
  expect(JSON.stringify(proxy.requests())).not.toContain("eDp5");
});

it("says so when a tunnel leads nowhere", async () => {
  await using proxy = await startForwardProxy();
  expect((await ask({ proxy: proxy.host, method: "CONNECT", path: "127.0.0.1:1" }))[0]).toBe(502);
});
