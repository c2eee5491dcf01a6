import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  blobPath,
  bodyOf,
  call,
  closeUpload,
  openUpload,
  patch,
  pushBlob,
  repository,
} from "./client.testing.js";
import { digestOf } from "./digest.js";
import { startTestRegistry } from "./test-registry.js";

describe("a test registry", () => {
  it("listens on the loopback only", async () => {
    await using registry = await startTestRegistry({ host: "localhost" });
    expect((await call(registry, "/v2/")).status).toBe(200);
    expect(registry.host).toMatch(/^localhost:\d+$/);
    const everywhere = { host: "0.0.0.0" } as unknown as { host: "localhost" };
    await expect(startTestRegistry(everywhere)).rejects.toThrow(RangeError);
  });

  it("records requests in the order of their arrival, without secrets", async () => {
    await using registry = await startTestRegistry();
    const headers = { authorization: "Bearer very-secret" };
    await call(registry, "/v2/?query=kept", { headers });
    const url = await openUpload(registry);
    await patch(registry, url, Buffer.from("12345"), "0-4");
    expect(registry.log).toMatchObject([
      {
        sequence: 1,
        method: "GET",
        path: "/v2/?query=kept",
        status: 200,
        responseBytes: 2,
        authorization: "bearer",
      },
      { sequence: 2, method: "POST", status: 202, requestBytes: 0 },
      {
        sequence: 3,
        method: "PATCH",
        status: 202,
        requestBytes: 5,
        contentRange: "0-4",
        listener: "registry",
      },
    ]);
    expect(JSON.stringify(registry.log)).not.toContain("very-secret");
    for (const record of registry.log) expect(record.endedAt).toBeGreaterThanOrEqual(record.startedAt);
    registry.clearLog();
    expect(registry.log).toEqual([]);
    await call(registry, "/v2/");
    expect(registry.log.map((record) => record.sequence)).toEqual([4]);
  });

  it("answers what it does not know with OCI errors", async () => {
    await using registry = await startTestRegistry();
    expect((await call(registry, "/")).status).toBe(404);
    expect((await call(registry, "/v2/", { method: "POST" })).status).toBe(405);
    for (const path of [
      "/v2/_catalog",
      "/v2/a/tags/list",
      "/v2/a/referrers/x",
      "/v2/a/blobs/x",
      "/v2/a/manifests/x",
    ]) {
      expect((await call(registry, path, { method: "PATCH" })).status).toBe(405);
    }
    expect((await call(registry, "/v2/a/blobs/uploads/", { method: "PUT" })).status).toBe(405);
    expect((await call(registry, "/v2/a/blobs/uploads/x", { method: "POST" })).status).toBe(405);
    expect((await call(registry, `${registry.secondUrl}/v2/`)).status).toBe(404);
  });

  it("serves 200 requests at one time", async () => {
    await using registry = await startTestRegistry();
    const bytes = (index: number) => Buffer.alloc(20_000 + index, `blob ${index} `);
    const indices = Array.from({ length: 200 }, (_, index) => index);
    const pushed = await Promise.all(indices.map((index) => pushBlob(registry, bytes(index))));
    expect(new Set(pushed.map((response) => response.status))).toEqual(new Set([201]));
    const pulled = await Promise.all(
      indices.map(async (index) => bodyOf(await call(registry, blobPath(digestOf(bytes(index)))))),
    );
    expect(pulled.every((body, index) => body.equals(bytes(index)))).toBe(true);
  });

  it("lets chunks of one session wait for each other", async () => {
    await using registry = await startTestRegistry();
    const url = await openUpload(registry);
    const chunk = Buffer.alloc(300_000, "chunk");
    const answers = await Promise.all([0, 1, 2].map(() => patch(registry, url, chunk)));
    expect(answers.map((answer) => answer.headers.get("range")).sort()).toEqual([
      "0-299999",
      "0-599999",
      "0-899999",
    ]);
    const whole = Buffer.concat([chunk, chunk, chunk]);
    expect((await closeUpload(registry, url, digestOf(whole))).status).toBe(201);
  });

  it("keeps what arrived when a client goes away in the middle", async () => {
    await using registry = await startTestRegistry();
    const url = await openUpload(registry);
    const leaving = new AbortController();
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(50)),
    });
    const init = { method: "PATCH", body, duplex: "half", signal: leaving.signal } as RequestInit;
    const running = call(registry, url.href, init).catch(() => "gone");
    await expect.poll(() => registry.store.uploads()[0]?.size).toBe(50);
    leaving.abort();
    expect(await running).toBe("gone");
    await expect.poll(() => registry.log.at(-1)?.endedAt).toBeDefined();
    expect((await call(registry, url.href)).headers.get("range")).toBe("0-49");
  });

  it("streams a large blob both ways", async () => {
    await using registry = await startTestRegistry();
    const piece = Buffer.alloc(1024 * 1024, "large");
    const hash = createHash("sha256");
    for (let index = 0; index < 32; index += 1) hash.update(piece);
    const digest = `sha256:${hash.digest("hex")}`;
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 1;
        if (sent > 32) controller.close();
        else controller.enqueue(new Uint8Array(piece));
      },
    });
    const url = await openUpload(registry);
    url.searchParams.set("digest", digest);
    const put = await call(registry, url.href, { method: "PUT", body, duplex: "half" } as RequestInit);
    expect(put.status).toBe(201);
    let size = 0;
    for await (const chunk of (await call(registry, blobPath(digest))).body ?? []) size += chunk.length;
    expect(size).toBe(32 * piece.length);
    expect(registry.store.blobs(repository)).toEqual([digest]);
  });

  it("closes while requests hang, and refuses from then on", async () => {
    const registry = await startTestRegistry();
    registry.addFault({ action: { kind: "delay", milliseconds: 60_000 } });
    const hanging = call(registry, "/v2/").catch(() => "cut");
    await expect.poll(() => registry.log.length).toBe(1);
    await registry.close();
    expect(await hanging).toBe("cut");
    await expect(call(registry, "/v2/")).rejects.toThrow();
  });
});
