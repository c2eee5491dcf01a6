import type { HttpClient } from "@bale/spec";
import { expect, it } from "vitest";
import { openS3 } from "../driver.js";
import { errorReply, fakeS3 } from "../fake-s3.testing.js";
import { configOf, contextOf, sample } from "../store.testing.js";

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** Lets requests through when it is told to. */
function gated(inner: HttpClient): { readonly http: HttpClient; readonly waiting: (() => void)[] } {
  const waiting: (() => void)[] = [];
  return {
    waiting,
    http: {
      request: async (request) => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return inner.request(request);
      },
      [Symbol.asyncDispose]: async () => {},
    },
  };
}

it("asks half as much at once where the store throttles", async () => {
  const fake = fakeS3({ fault: (_, count) => (count <= 4 ? errorReply(503, "SlowDown") : undefined) });
  const { http, waiting } = gated(fake.http);
  const { driver } = openS3(configOf(), contextOf({ http }), { concurrency: 4, sleep: async () => {} });
  const stats = Array.from({ length: 12 }, (_, seed) => driver.stat(driver.locate(sample(10, seed).digest)));
  // The first loads the SDK.
  while (waiting.length < 4) await tick();
  await tick();
  expect(waiting).toHaveLength(4);
  for (const pass of waiting.splice(0)) pass();
  while (waiting.length < 2) await tick();
  for (let round = 0; round < 5; round++) await tick();
  expect(waiting).toHaveLength(2);
  let most = 0;
  let done = false;
  const all = Promise.all(stats).finally(() => {
    done = true;
  });
  while (!done) {
    most = Math.max(most, waiting.length);
    for (const pass of waiting.splice(0)) pass();
    await tick();
  }
  expect(await all).toEqual(Array.from({ length: 12 }));
  expect(most).toBeLessThanOrEqual(4);
});

it("asks for reads while all that may be written at once is on its way", async () => {
  const { http, waiting } = gated(fakeS3().http);
  const { driver } = openS3(configOf(), contextOf({ http }), { concurrency: 1 });
  const [one, other] = [sample(10, 1), sample(10, 2)];
  const deleting = driver.deletion?.delete(driver.locate(one.digest));
  while (waiting.length < 1) await tick();
  const looking = driver.stat(driver.locate(other.digest));
  while (waiting.length < 2) await tick();
  for (const pass of waiting.splice(0)) pass();
  expect(await looking).toBeUndefined();
  await deleting;
});
