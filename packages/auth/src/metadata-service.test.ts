import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { askMetadataService, isMetadataHost, type MetadataAnswer } from "./metadata-service.js";

async function ask(
  answer: RequestListener,
  more: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
): Promise<MetadataAnswer> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/token?a=b`);
  try {
    return await askMetadataService({ url, headers: { "metadata-flavor": "Test" }, ...more });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("a metadata service", () => {
  test("gets path, query and headers, and gives status, headers and body", async () => {
    const answer = await ask((request, response) => {
      response
        .writeHead(404, { "x-seen": `${request.url} ${request.headers["metadata-flavor"]}` })
        .end("body");
    });
    if (answer.kind !== "answered") throw new Error("absent");
    expect(answer.status).toBe(404);
    expect(answer.headers["x-seen"]).toBe("/token?a=b Test");
    expect(Buffer.from(answer.body).toString()).toBe("body");
  });

  test.each<[string, RequestListener]>([
    ["closes the connection", (request) => request.socket.destroy()],
    [
      "breaks off",
      (request, response) => {
        response.writeHead(200, { "content-length": "9" }).write("x", () => request.socket.destroy());
      },
    ],
    ["says too much", (_request, response) => void response.end("x".repeat(64 * 1024 + 1))],
    ["says nothing", () => {}],
  ])("that %s is none", async (_, answer) => {
    expect(await ask(answer, { timeoutMs: 20 })).toEqual({ kind: "absent" });
  });

  test("that nobody runs, or that is https, is none", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    for (const scheme of ["http", "https"])
      expect(
        await askMetadataService({ url: new URL(`${scheme}://127.0.0.1:${port}/`), headers: {} }),
      ).toEqual({
        kind: "absent",
      });
  });

  test("is left on request", async () => {
    const controller = new AbortController();
    const asking = ask(() => controller.abort(), { signal: controller.signal });
    await expect(asking).rejects.toMatchObject({ code: "INTERRUPTED" });
    await expect(ask(() => {}, { signal: controller.signal })).rejects.toMatchObject({ code: "INTERRUPTED" });
  });
});

test.each([
  ["169.254.169.254", true],
  ["169.254.129.2:8081", true],
  ["localhost:4141", true],
  ["127.0.0.1:8080", true],
  ["[::1]:80", true],
  ["10.0.0.1", false],
  ["169.254.169.254.evil.example", false],
  ["metadata.evil.example", false],
  ["8.8.8.8", false],
])("%s can be one: %s", (host, can) => {
  expect(isMetadataHost(host)).toBe(can);
});
