import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { request } from "node:https";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serviceOrSkip } from "./require.mjs";
import { startNginx } from "./start-nginx.mjs";

let server: ReturnType<typeof createServer>;
let target: { host: string };
beforeEach(async () => {
  server = createServer((incoming, response) => {
    incoming.resume().on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ url: incoming.url, padding: "x".repeat(1000) }));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  target = { host: `127.0.0.1:${address.port}` };
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

type Running = Awaited<ReturnType<typeof startNginx>>;

function overTls({ url, certificates }: Running, client = false): Promise<unknown> {
  const { caFile, client: files } = certificates;
  const pair = { cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) };
  const options = { agent: false, ca: readFileSync(caFile), ...(client ? pair : {}) };
  return new Promise((resolve) => {
    request(`${url}/`, options, (answer) => resolve(answer.resume().statusCode))
      .on("error", (error: NodeJS.ErrnoException) => resolve(error.code))
      .end();
  });
}

describe.skipIf(!serviceOrSkip("nginx"))("nginx", () => {
  it.each([
    ["tls", 200],
    ["expired", "CERT_HAS_EXPIRED"],
    ["wrong-host", "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["mtls", 400],
  ] as const)("%s answers %s", async (variant, outcome) => {
    await using nginx = await startNginx(variant, target);
    expect(await overTls(nginx)).toBe(outcome);
    if (variant === "mtls") expect(await overTls(nginx, true)).toBe(200);
  });

  it("slows clients down with 429 and Retry-After", async () => {
    await using nginx = await startNginx("rate", target);
    const answers = await Promise.all(Array.from({ length: 8 }, () => fetch(nginx.url)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.map(({ headers }) => headers.get("retry-after"))).toContain("1");
  });

  it("refuses large bodies", async () => {
    await using nginx = await startNginx("small", target);
    const body = "x".repeat(2 ** 20 + 1);
    expect((await fetch(nginx.url, { method: "PUT", body })).status).toBe(413);
    expect((await fetch(nginx.url, { method: "PUT", body: "x" })).status).toBe(200);
  });

  it("compresses answers", async () => {
    await using nginx = await startNginx("gzip", target);
    const answer = await fetch(nginx.url, { headers: { "accept-encoding": "gzip" } });
    expect(answer.headers.get("content-encoding")).toBe("gzip");
    expect((await answer.text()).length).toBeGreaterThan(1000);
  });

  it("puts the server below a path", async () => {
    await using nginx = await startNginx("prefix", target);
    expect(await (await fetch(`${nginx.url}/v2/a`)).json()).toMatchObject({ url: "/v2/a" });
    expect((await fetch(`http://${nginx.host}/v2/a`)).status).toBe(404);
  });
});
