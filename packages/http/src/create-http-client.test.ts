import { describe, expect, test } from "vitest";
import { failure, pattern, quick } from "./client.testing.js";
import { createHttpClient } from "./create-http-client.js";
import type { RetryEvent } from "./http-options.js";
import { serve } from "./serve.testing.js";

describe("answers", () => {
  test("status, joined headers and body arrive, and no encoding is asked for", async () => {
    await using server = await serve((request, response) => {
      response.setHeader("X-Twice", ["a", "b"]);
      response.end(
        JSON.stringify({
          encoding: request.headers["accept-encoding"],
          agent: request.headers["user-agent"],
        }),
      );
    });
    await using client = createHttpClient({ userAgent: "bale/9" });
    const answer = await client.request({ method: "GET", url: `${server.origin}/v2/?a=b` });
    expect(answer.status).toBe(200);
    expect(answer.headers["x-twice"]).toBe("a, b");
    expect(JSON.parse(Buffer.from(await answer.bytes(1000)).toString())).toEqual({
      encoding: "identity",
      agent: "bale/9",
    });
    expect(server.seen).toEqual(["GET /v2/?a=b"]);
  });

  test("a large body comes whole under back-pressure", async () => {
    const bytes = pattern(8 * 1024 * 1024);
    await using server = await serve((_request, response) => response.end(bytes));
    await using client = createHttpClient();
    const answer = await client.request({ method: "GET", url: server.origin });
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body) {
      if (chunks.length % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      chunks.push(chunk);
    }
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  test("a HEAD leaves its connection usable", async () => {
    await using server = await serve((_request, response) => response.end());
    await using client = createHttpClient();
    for (let count = 0; count < 3; count++)
      await (await client.request({ method: "HEAD", url: server.origin })).discard();
    expect(server.connections()).toBe(1);
  });

  test("bytes() refuses more than its bound, announced or not", async () => {
    await using server = await serve((request, response) => {
      if (request.url === "/chunked") response.write("x".repeat(600));
      response.end("x".repeat(600));
    });
    await using client = createHttpClient();
    const announced = await client.request({ method: "GET", url: `${server.origin}/` });
    expect((await failure(announced.bytes(599))).code).toBe("LIMIT");
    const chunked = await client.request({ method: "GET", url: `${server.origin}/chunked` });
    expect((await failure(chunked.bytes(1199))).code).toBe("LIMIT");
    const exact = await client.request({ method: "GET", url: `${server.origin}/chunked` });
    expect((await exact.bytes(1200)).length).toBe(1200);
  });

  test("an encoded answer is refused, since its bytes have no digest that anybody knows", async () => {
    await using server = await serve((_request, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end("whatever");
    });
    await using client = createHttpClient(quick());
    expect((await failure(client.request({ method: "GET", url: server.origin }))).code).toBe("UNSUPPORTED");
    expect(server.seen).toHaveLength(1);
  });

  test("a header block over 64 KiB is refused", async () => {
    await using server = await serve((_request, response) => {
      response.setHeader("x-long", "y".repeat(70_000));
      response.end();
    });
    await using client = createHttpClient(quick());
    expect((await failure(client.request({ method: "GET", url: server.origin }))).code).toBe("LIMIT");
  });

  test("breaking out of the body closes the connection, and the next request works", async () => {
    await using server = await serve((_request, response) => response.end(Buffer.alloc(4_000_000)));
    await using client = createHttpClient();
    const answer = await client.request({ method: "GET", url: server.origin });
    for await (const chunk of answer.body) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    const again = await client.request({ method: "GET", url: server.origin });
    expect((await again.bytes(4_000_000)).length).toBe(4_000_000);
    expect(server.seen).toHaveLength(2);
  });

  test("a warning 299 is told once, escaped", async () => {
    await using server = await serve((_request, response) => {
      response.setHeader("warning", '299 - "old \u009b31m registry", 199 - "no"');
      response.end();
    });
    const texts: string[] = [];
    await using client = createHttpClient({ onWarning: (text) => texts.push(text) });
    for (let count = 0; count < 2; count++) await client.request({ method: "GET", url: server.origin });
    expect(texts).toEqual(["old \\u{9b}31m registry"]);
  });
});

describe("retries", () => {
  test("a status that passes is tried again with a growing wait, and told", async () => {
    await using server = await serve((_request, response, count) => {
      response.statusCode = count < 4 ? 503 : 200;
      response.end();
    });
    const events: RetryEvent[] = [];
    const options = quick({ onRetry: (event) => events.push(event) });
    await using client = createHttpClient(options);
    expect((await client.request({ method: "GET", url: `${server.origin}/a?token=secret` })).status).toBe(
      200,
    );
    expect(options.sleeps).toEqual([249, 499, 999]);
    expect(events.map((event) => [event.attempt, event.path])).toEqual([
      [1, "/a"],
      [2, "/a"],
      [3, "/a"],
    ]);
    expect(JSON.stringify(events)).not.toContain("secret");
  });

  test("after the last try the status is the error", async () => {
    await using server = await serve((_request, response) => {
      response.statusCode = 502;
      response.end("bad gateway");
    });
    await using client = createHttpClient(quick());
    const error = await failure(client.request({ method: "GET", url: `${server.origin}/x` }));
    expect(error.code).toBe("SERVER");
    expect(error.why).toBe("bad gateway");
    expect(error.context).toMatchObject({ method: "GET", path: "/x", status: 502 });
    expect(server.seen).toHaveLength(5);
  });

  test.each([
    ["POST", undefined, 1],
    ["POST", true, 5],
    ["PATCH", undefined, 1],
    ["PUT", undefined, 5],
    ["PUT", false, 1],
    ["DELETE", undefined, 5],
  ] as const)("a failing %s with idempotent=%s is sent %d times", async (method, idempotent, times) => {
    await using server = await serve((request, response) => {
      request.resume();
      response.statusCode = 500;
      response.end();
    });
    await using client = createHttpClient(quick());
    const error = await failure(
      client.request({ method, url: server.origin, body: Buffer.from("body"), idempotent }),
    );
    expect(error.code).toBe("SERVER");
    expect(server.seen).toHaveLength(times);
  });

  test.each([400, 401, 403, 404, 409, 413])("status %d is not tried again", async (status) => {
    await using server = await serve((_request, response) => {
      response.statusCode = status;
      response.end();
    });
    await using client = createHttpClient(quick());
    await failure(client.request({ method: "GET", url: server.origin }));
    expect(server.seen).toHaveLength(1);
  });

  test("Retry-After is a lower bound of the wait", async () => {
    await using server = await serve((_request, response, count) => {
      if (count === 1) response.setHeader("retry-after", "7");
      response.statusCode = count === 1 ? 429 : 200;
      response.end();
    });
    const options = quick();
    await using client = createHttpClient(options);
    await client.request({ method: "POST", url: server.origin, body: Buffer.from("x") });
    expect(options.sleeps).toEqual([7249]);
  });

  test("a wait of more than 120 s ends with RATE_LIMITED naming it", async () => {
    await using server = await serve((_request, response) => {
      response.setHeader("retry-after", "3600");
      response.statusCode = 503;
      response.end();
    });
    await using client = createHttpClient(quick());
    const error = await failure(client.request({ method: "GET", url: server.origin }));
    expect(error.code).toBe("RATE_LIMITED");
    expect(error.message).toContain("3600 s");
    expect(error.retry).toEqual({ kind: "after", milliseconds: 3_600_000 });
    expect(server.seen).toHaveLength(1);
  });

  test("a connection that closes without an answer is opened again for a request without a body", async () => {
    await using server = await serve((request, response, count) => {
      if (count < 3) request.socket.destroy();
      else response.end("ok");
    });
    await using client = createHttpClient(quick());
    expect((await client.request({ method: "POST", url: server.origin })).status).toBe(200);
    expect(server.seen).toHaveLength(3);
  });

  test("a POST with a body is not repeated once it may have arrived", async () => {
    await using server = await serve((request) => request.socket.destroy());
    await using client = createHttpClient(quick());
    const error = await failure(
      client.request({ method: "POST", url: server.origin, body: Buffer.from("once") }),
    );
    expect(error.code).toBe("CONNECT_FAILED");
    expect(server.seen).toHaveLength(1);
  });

  test("a refused connection names the host", async () => {
    const server = await serve(() => {});
    const { origin } = server;
    await server[Symbol.asyncDispose]();
    const options = quick();
    await using client = createHttpClient(options);
    const error = await failure(client.request({ method: "POST", url: origin, body: Buffer.from("x") }));
    expect(error.code).toBe("CONNECT_FAILED");
    expect(error.message).toContain(new URL(origin).host);
    expect(options.sleeps).toHaveLength(4);
  });

  test("a silent server is given up, and asked again", async () => {
    await using server = await serve((_request, response, count) => {
      if (count > 1) response.end("ok");
    });
    await using client = createHttpClient(quick({ silenceMs: 30 }));
    const answer = await client.request({ method: "GET", url: server.origin });
    expect(Buffer.from(await answer.bytes(10)).toString()).toBe("ok");
  });

  test("silence in the middle of a body is TIMEOUT", async () => {
    await using server = await serve((_request, response) => {
      response.setHeader("content-length", "100");
      response.write("begin");
    });
    await using client = createHttpClient(quick({ silenceMs: 30 }));
    const answer = await client.request({ method: "GET", url: server.origin });
    expect((await failure(answer.bytes(100))).code).toBe("TIMEOUT");
  });

  test.each(["length", "chunks", "chunks and close"])(
    "a body that breaks off is TRUNCATED (%s)",
    async (how) => {
      await using server = await serve((request, response) => {
        if (how === "length") response.setHeader("content-length", "100");
        if (how === "chunks and close") response.setHeader("connection", "close");
        response.write("begin");
        setImmediate(() => (how === "length" ? request.socket.destroy() : request.socket.end()));
      });
      await using client = createHttpClient(quick());
      const answer = await client.request({ method: "GET", url: server.origin });
      let text = "";
      const error = await failure(
        (async () => {
          for await (const chunk of answer.body) text += Buffer.from(chunk).toString();
        })(),
      );
      expect(error.code).toBe("TRUNCATED");
      expect(text).toBe("begin");
    },
  );
});
