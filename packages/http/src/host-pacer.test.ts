import { LIMITS } from "@bale/spec";
import { describe, expect, test } from "vitest";
import { failure, quick } from "./client.testing.js";
import { createHttpClient } from "./create-http-client.js";
import { createHostPacer } from "./host-pacer.js";
import { serve } from "./serve.testing.js";

const A = "https://a.example";
const B = "https://b.example";

/** Time that stands still until it is told to go on. */
function handClock() {
  let time = 0;
  const waiting: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    now: () => time,
    waiting: () => waiting.length,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        waiting.push({ at: time + ms, wake: resolve });
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
    /** Moves the time and lets everybody whose time has come go on. */
    advance: async (ms: number) => {
      time += ms;
      for (const each of waiting.splice(0)) {
        if (each.at <= time) each.wake();
        else waiting.push(each);
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe("the pace of requests to a host", () => {
  test("is the limit that is set, for each origin and each limit alone", async () => {
    const { now, sleep, sleeps } = quick();
    const pacer = createHostPacer({ now, sleep });
    const two = { requests: 2, milliseconds: 1000 };
    for (let index = 0; index < 4; index += 1) await pacer.turn(A, two);
    expect(sleeps).toEqual([500, 500]);
    await pacer.turn(B, two);
    await pacer.turn(A, { requests: 1, milliseconds: 1000 });
    await pacer.turn(A);
    expect(sleeps).toHaveLength(2);
  });

  test("waits out what the host asked for, which is bounded, and other hosts do not", async () => {
    const { now, sleep, sleeps } = quick();
    const pacer = createHostPacer({ now, sleep });
    pacer.pause(A, 3000);
    pacer.pause(A, 1000);
    await pacer.turn(B);
    expect(sleeps).toEqual([]);
    await pacer.turn(A);
    expect(sleeps).toEqual([3000]);
    pacer.pause(A, 1e12);
    await pacer.turn(A);
    expect(sleeps).toEqual([3000, LIMITS.retryAfterMs]);
  });

  test("holds nobody for ever, even where the host asks again and again", async () => {
    const { now, sleep, sleeps } = quick();
    const pacer = createHostPacer({
      now,
      sleep: async (ms, signal) => {
        await sleep?.(ms, signal);
        pacer.pause(A, 50_000);
      },
    });
    pacer.pause(A, 50_000);
    await pacer.turn(A);
    expect(sleeps).toEqual([50_000, 50_000, 20_000]);
  });

  test("is left on request, and the place goes to somebody else", async () => {
    const clock = handClock();
    const pacer = createHostPacer(clock);
    const limit = { requests: 1, milliseconds: 1000 };
    await pacer.turn(A, limit);
    const stop = new AbortController();
    const stopped = failure(pacer.turn(A, limit, stop.signal));
    stop.abort();
    expect(await stopped).toMatchObject({ code: "INTERRUPTED" });
    let passed = false;
    const next = pacer.turn(A, limit).then(() => {
      passed = true;
    });
    await clock.advance(999);
    expect(passed).toBe(false);
    await clock.advance(1);
    await next;
  });
});

describe("a client", () => {
  test("keeps to the limit of an origin with every request, redirects and repetitions included", async () => {
    await using server = await serve((request, response, count) => {
      if (request.url === "/from") response.writeHead(307, { location: "/to" });
      else if (count === 2) response.writeHead(503);
      response.end();
    });
    const options = quick({
      random: () => 0,
      origins: () => ({ rateLimit: { requests: 1, milliseconds: 1000 } }),
    });
    await using client = createHttpClient(options);
    await (await client.request({ method: "GET", url: `${server.origin}/from` })).discard();
    expect(server.seen).toEqual(["GET /from", "GET /to", "GET /from", "GET /to"]);
    // A delay of 0 comes before the repetition.
    expect(options.sleeps.filter((ms) => ms > 0)).toEqual([1000, 1000, 1000]);
  });

  test("lets a host rest that asked one request to wait, and speaks to others meanwhile", async () => {
    await using busy = await serve((_request, response, count) => {
      response.writeHead(count === 1 ? 429 : 200, { "retry-after": "5" }).end();
    });
    await using other = await serve((_request, response) => response.end());
    const clock = handClock();
    await using client = createHttpClient({ ...clock, random: () => 0 });
    const get = (origin: string) =>
      client.request({ method: "GET", url: `${origin}/` }).then((answer) => answer.discard());
    const first = get(busy.origin);
    while (clock.waiting() < 1) await new Promise((resolve) => setImmediate(resolve));
    const second = get(busy.origin);
    while (clock.waiting() < 2) await new Promise((resolve) => setImmediate(resolve));
    await get(other.origin);
    expect(busy.seen).toHaveLength(1);
    await clock.advance(5000);
    await Promise.all([first, second]);
    expect(busy.seen).toHaveLength(3);
  });
});
