import { BaleError } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { cloud } from "./cloud.js";
import { failure, printed } from "./failure.js";

describe("a cloud on this machine", () => {
  it("answers for any host, and keeps what was asked as it was asked", async () => {
    await using here = await cloud(({ url }) => ({ body: { url } }));
    const sent = Uint8Array.of(0, 255, 10);
    const answer = await here.http.request({ method: "PUT", url: "https://example.com/a?b=c", body: sent });
    expect(JSON.parse(Buffer.from(await answer.bytes(1000)).toString())).toEqual({
      url: "https://example.com/a?b=c",
    });
    expect(here.asked).toMatchObject([{ method: "PUT", url: "https://example.com/a?b=c" }]);
    expect([...(here.asked[0]?.bytes ?? [])]).toEqual([...sent]);
    expect(here.asked[0]?.headers["x-test-url"]).toBeUndefined();
  });

  it("gives bytes, sizes to HEAD, and connections that break before or during the answer", async () => {
    await using here = await cloud(({ method, url }, count) => {
      if (method === "HEAD") return { headers: { "content-length": "7" } };
      if (url.endsWith("/broken"))
        return { broken: count % 2 === 1 ? "before" : "during", body: "0123456789" };
      return { body: Uint8Array.of(1, 2, 3) };
    });
    const broken = await here.http.request({ method: "GET", url: "https://example.com/broken" });
    expect((await failure(broken.bytes(100))).code).toBe("TRUNCATED");
    expect(here.asked).toHaveLength(2);
    const head = await here.http.request({ method: "HEAD", url: "https://example.com/" });
    expect(head.headers["content-length"]).toBe("7");
    const bytes = await here.http.request({ method: "GET", url: "https://example.com/" });
    expect([...(await bytes.bytes(100))]).toEqual([1, 2, 3]);
  });
});

describe("a failure", () => {
  it("must be one of the project's own", async () => {
    await expect(failure(Promise.reject(new Error("another")))).rejects.toThrow("expected a BaleError");
    await expect(failure(Promise.resolve(1))).rejects.toThrow("expected a BaleError");
  });

  it("is printed with its causes", () => {
    const inner = new BaleError({ code: "SERVER", message: "inner", why: "because" });
    const outer = new BaleError({ code: "AUTH_SERVICE", message: "outer", cause: inner });
    expect(printed(outer)).toMatch(/outer[\s\S]*inner\nbecause/);
  });
});
