import { BaleError, type ByteSource } from "@bale/spec";
import { describe, expect, test } from "vitest";
import { failure, pattern, quick, sourceOf } from "./client.testing.js";
import { createHttpClient } from "./create-http-client.js";
import { readRequest, serve } from "./serve.testing.js";

describe("uploads", () => {
  test("a source is sent whole with its length, and progress is absolute", async () => {
    const bytes = pattern(3_000_001);
    let received: Buffer | undefined;
    let header: string | undefined;
    await using server = await serve(async (request, response) => {
      header = request.headers["content-length"];
      received = await readRequest(request);
      response.statusCode = 201;
      response.end();
    });
    await using client = createHttpClient();
    const progress: number[] = [];
    const answer = await client.request({
      method: "PUT",
      url: server.origin,
      body: sourceOf(bytes, 700_000),
      onBytes: (sent) => progress.push(sent),
    });
    expect(answer.status).toBe(201);
    expect(header).toBe("3000001");
    expect(received?.equals(bytes)).toBe(true);
    expect(progress.at(-1)).toBe(3_000_001);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  test("an empty body is sent with a length of nothing", async () => {
    const lengths: (string | undefined)[] = [];
    await using server = await serve((request, response) => {
      lengths.push(request.headers["content-length"]);
      response.end();
    });
    await using client = createHttpClient();
    await client.request({ method: "POST", url: server.origin });
    await client.request({ method: "PUT", url: server.origin, body: sourceOf(Buffer.alloc(0)) });
    expect(lengths).toEqual(["0", "0"]);
  });

  test("each try opens the source again", async () => {
    const bytes = pattern(500_000);
    const sizes: number[] = [];
    await using server = await serve(async (request, response, count) => {
      sizes.push((await readRequest(request)).length);
      response.statusCode = count < 3 ? 500 : 201;
      response.end();
    });
    await using client = createHttpClient(quick());
    const source = sourceOf(bytes);
    await client.request({ method: "PUT", url: server.origin, body: source });
    expect(source.opened()).toBe(3);
    expect(sizes).toEqual([500_000, 500_000, 500_000]);
  });

  test("an answer before the body was sent is the answer", async () => {
    await using server = await serve((_request, response) => {
      response.statusCode = 413;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ errors: [{ code: "SIZE_INVALID", message: "at most\n10 MB" }] }));
    });
    await using client = createHttpClient(quick());
    const error = await failure(
      client.request({
        method: "PUT",
        url: server.origin,
        body: sourceOf(Buffer.alloc(50_000_000), 1_000_000),
      }),
    );
    expect(error.code).toBe("TOO_LARGE");
    expect(error.why).toContain("SIZE_INVALID: at most 10 MB");
    expect(error.context["codes"]).toEqual(["SIZE_INVALID"]);
  });

  test.each([
    ["shorter", 900],
    ["longer", 1100],
  ])("a source that became %s is FILE_CHANGED, without another try", async (_what, actual) => {
    await using server = await serve(async (request, response) => {
      await readRequest(request).catch(() => {});
      response.end();
    });
    await using client = createHttpClient(quick());
    const source: ByteSource = {
      size: 1000,
      async *open() {
        yield Buffer.alloc(actual);
      },
    };
    expect((await failure(client.request({ method: "PUT", url: server.origin, body: source }))).code).toBe(
      "FILE_CHANGED",
    );
  });

  test("what the source throws comes out unchanged", async () => {
    await using server = await serve((request) => request.resume());
    await using client = createHttpClient(quick());
    const own = new BaleError({ code: "PERMISSION", message: "no" });
    const source: ByteSource = {
      size: 1000,
      // biome-ignore lint/correctness/useYield: a source that fails at once
      async *open() {
        throw own;
      },
    };
    expect(await failure(client.request({ method: "PUT", url: server.origin, body: source }))).toBe(own);
  });
});

describe("abort", () => {
  test.each(["before", "while waiting", "while sending", "in the body", "while sleeping"])(
    "%s: INTERRUPTED at once",
    async (when) => {
      const controller = new AbortController();
      await using server = await serve((request, response) => {
        request.resume();
        if (when === "while waiting") controller.abort();
        else if (when === "while sleeping") {
          response.statusCode = 503;
          response.end();
        } else if (when === "in the body") response.write("begin");
      });
      await using client = createHttpClient(
        quick({
          sleep: () => {
            controller.abort();
            return Promise.reject(controller.signal.reason);
          },
        }),
      );
      if (when === "before") controller.abort();
      const work = (async () => {
        const answer = await client.request({
          method: "PUT",
          url: server.origin,
          signal: controller.signal,
          body: when === "while sending" ? sourceOf(Buffer.alloc(100_000_000), 1_000_000) : undefined,
          onBytes: () => controller.abort(),
        });
        for await (const _chunk of answer.body) controller.abort();
      })();
      expect((await failure(work)).code).toBe("INTERRUPTED");
    },
  );
});
