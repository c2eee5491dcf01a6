import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { text as readBody } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startFaultProxy } from "./fault-proxy.mjs";

const BODY = "0123456789";

let server: Server;
let proxy: Awaited<ReturnType<typeof startFaultProxy>>;
/** What the server behind the proxy took. */
let taken: string[];

beforeEach(async () => {
  taken = [];
  server = createServer(async (request, response) => {
    const body = await readBody(request).catch(() => undefined);
    if (body === undefined) return;
    taken.push(`${request.method} ${request.url} ${body}`);
    response.writeHead(200, {
      "content-length": BODY.length,
      "x-host": request.headers.host,
      "docker-content-digest": "d",
    });
    response.end(request.method === "HEAD" ? undefined : BODY);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  proxy = await startFaultProxy({ to: `http://127.0.0.1:${address.port}` });
});
afterEach(async () => {
  await proxy.stop();
  server.close();
  server.closeAllConnections();
});

const get = () => fetch(`${proxy.url}/v2/a?b=c`);
const text = async () => (await get()).text();

it("passes everything on when no rule matches, with the client's own Host", async () => {
  proxy.setRules([{ fault: "status", method: "PUT" }]);
  const answer = await get();
  expect(await answer.text()).toBe(BODY);
  expect(answer.headers.get("x-host")).toBe(proxy.host);
});

it("status answers in place of the server, once", async () => {
  proxy.setRules([{ fault: "status", status: 429, headers: { "Retry-After": "1" }, body: "slow down" }]);
  const answer = await get();
  expect([answer.status, answer.headers.get("retry-after"), await answer.text()]).toEqual([
    429,
    "1",
    "slow down",
  ]);
  expect(taken).toEqual([]);
  expect(await text()).toBe(BODY);
});

it("gone answers like a registry that lost a blob", async () => {
  proxy.setRules([{ fault: "gone", times: Infinity }]);
  const answer = await get();
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ errors: [{ code: "BLOB_UNKNOWN" }] });
  expect((await get()).status).toBe(404);
});

it("redirect keeps the request's target for a final star", async () => {
  proxy.setRules([{ fault: "redirect", location: "http://127.0.0.1:1*" }]);
  const answer = await fetch(`${proxy.url}/v2/a?b=c`, { redirect: "manual" });
  expect([answer.status, answer.headers.get("location")]).toEqual([307, "http://127.0.0.1:1/v2/a?b=c"]);
});

it("reset leaves the client without an answer, before the server saw anything", async () => {
  proxy.setRules([{ fault: "reset" }]);
  await expect(get()).rejects.toThrow();
  expect(taken).toEqual([]);
});

it("reset in the body leaves the server with half a request", async () => {
  proxy.setRules([{ fault: "reset", at: "body", bytes: 4 }]);
  await expect(fetch(proxy.url, { method: "PUT", body: BODY.repeat(1000) })).rejects.toThrow();
  expect(taken).toEqual([]);
});

it("lostanswer lets the server finish, and tells the client nothing", async () => {
  proxy.setRules([{ fault: "lostanswer" }]);
  await expect(fetch(`${proxy.url}/x`, { method: "PUT", body: BODY })).rejects.toThrow();
  expect(taken).toEqual([`PUT /x ${BODY}`]);
});

it("truncate gives fewer bytes than were promised", async () => {
  proxy.setRules([{ fault: "truncate", bytes: 4 }]);
  const answer = await get();
  expect(answer.headers.get("content-length")).toBe("10");
  await expect(answer.text()).rejects.toThrow();
});

it("stall gives some bytes and then silence", async () => {
  proxy.setRules([{ fault: "stall", bytes: 4 }]);
  const reader = (await get()).body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("0123");
  const next = reader?.read().catch(() => "cut off");
  await proxy.stop();
  expect(await next).toBe("cut off");
});

it("corrupt turns one bit and keeps the length", async () => {
  proxy.setRules([{ fault: "corrupt", position: 3 }]);
  expect(await text()).toBe("0122456789");
});

it("extra adds bytes that no length announced", async () => {
  proxy.setRules([{ fault: "extra", bytes: 2 }]);
  expect(await text()).toBe(`${BODY}xx`);
});

it("header sets and removes headers of the answer", async () => {
  proxy.setRules([{ fault: "header", headers: { "Docker-Content-Digest": null, "x-new": "1" } }]);
  const { headers } = await get();
  expect([headers.get("docker-content-digest"), headers.get("x-new")]).toEqual([null, "1"]);
});

it("replace gives another body under the server's headers", async () => {
  proxy.setRules([{ fault: "replace", body: "other" }]);
  const answer = await get();
  expect([answer.headers.get("docker-content-digest"), await answer.text()]).toEqual(["d", "other"]);
});

it("lets bodies pass no faster than it is told, both ways", async () => {
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  const to = `http://127.0.0.1:${address.port}`;
  await using slow = await startFaultProxy({ to, bytesPerSecond: 1_000_000 });
  const started = performance.now();
  expect(await (await fetch(slow.url, { method: "PUT", body: "x".repeat(300_000) })).text()).toBe(BODY);
  expect(performance.now() - started).toBeGreaterThan(200);
});

it("applies a rule to the chosen method and target, after those it skips", async () => {
  proxy.setRules([{ fault: "status", method: "GET", target: /^\/v2\/a\?/, skip: 1 }]);
  expect((await fetch(`${proxy.url}/v2/other`)).status).toBe(200);
  expect([(await get()).status, (await get()).status, (await get()).status]).toEqual([200, 503, 200]);
});

it("logs requests with the scheme of their credential, never the credential", async () => {
  proxy.setRules([{ fault: "status", status: 500, skip: 1 }]);
  await fetch(`${proxy.url}/v2/a?b=c`, {
    headers: { authorization: "Bearer s3cret", cookie: "a=b", range: "bytes=0-1" },
  });
  await fetch(`${proxy.url}/x`, { method: "PUT", body: "abc" });
  expect(proxy.requests()).toEqual([
    {
      method: "GET",
      path: "/v2/a",
      query: "b=c",
      authScheme: "Bearer",
      hasCookie: true,
      range: "bytes=0-1",
      contentRange: undefined,
      contentLength: undefined,
      fault: undefined,
      status: 200,
    },
    expect.objectContaining({
      method: "PUT",
      hasCookie: false,
      contentLength: 3,
      fault: "status",
      status: 500,
    }),
  ]);
});
