import fc from "fast-check";
import { expect, test } from "vitest";
import { type BodyQueue, createBodyQueue } from "./body-queue.js";

function queue(): BodyQueue & { readonly calls: string[] } {
  const calls: string[] = [];
  const made = createBodyQueue({
    pause: () => calls.push("pause"),
    resume: () => calls.push("resume"),
    abandon: () => calls.push("abandon"),
  });
  return { ...made, calls };
}

test("whatever the order of pushes and reads, the bytes come out as they went in", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.uint8Array({ minLength: 1 }), fc.constant("turn" as const))),
      async (steps) => {
        const { stream, push, end } = queue();
        const got: number[] = [];
        const reading = (async () => {
          for await (const chunk of stream) got.push(...chunk);
        })();
        for (const step of steps) {
          if (step === "turn") await new Promise((resolve) => setImmediate(resolve));
          else push(step);
        }
        end();
        await reading;
        expect(got).toEqual(steps.flatMap((step) => (step === "turn" ? [] : [...step])));
      },
    ),
    { numRuns: 50 },
  );
});

test("the socket is paused at half a mebibyte and resumed when that is nearly read", async () => {
  const { stream, push, calls } = queue();
  for (let count = 0; count < 10; count++) push(new Uint8Array(65_536));
  expect(calls).toEqual(["pause"]);
  const iterator = stream[Symbol.asyncIterator]();
  for (let count = 0; count < 8; count++) await iterator.next();
  expect(calls).toEqual(["pause"]);
  await iterator.next();
  expect(calls).toEqual(["pause", "resume"]);
});

test("a failure comes after the bytes before it, an abort at once", async () => {
  const late = queue();
  late.push(Uint8Array.of(1));
  late.fail(new Error("broken"));
  const reader = late.stream[Symbol.asyncIterator]();
  expect(await reader.next()).toEqual({ value: Uint8Array.of(1), done: false });
  await expect(reader.next()).rejects.toThrow("broken");
  const early = queue();
  early.push(Uint8Array.of(1));
  early.fail(new Error("aborted"), true);
  await expect(early.stream[Symbol.asyncIterator]().next()).rejects.toThrow("aborted");
});

test("leaving the loop abandons the rest once, and a finished body not at all", async () => {
  const open = queue();
  open.push(Uint8Array.of(1));
  for await (const _chunk of open.stream) break;
  open.push(Uint8Array.of(2));
  open.end();
  expect(open.calls).toEqual(["abandon"]);
  const ended = queue();
  ended.push(Uint8Array.of(1));
  ended.end();
  for await (const _chunk of ended.stream) break;
  expect(ended.calls).toEqual([]);
});

test("a second loop is a defect of the caller", async () => {
  const { stream, end } = queue();
  end();
  for await (const _chunk of stream) expect.unreachable();
  expect(() => stream[Symbol.asyncIterator]()).toThrow(/twice/);
});
