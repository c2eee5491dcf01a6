import { expect, test } from "vitest";
import { createSilenceWatch, type SilenceWatch } from "./silence-watch.js";

/** A watch on a clock that moves by hand. */
function clocked(silenceMs = 60_000): {
  readonly watch: SilenceWatch;
  readonly pass: (ms: number) => void;
  readonly expired: () => string | undefined;
} {
  let time = 0;
  let timer: { readonly at: number; readonly task: () => void } | undefined;
  let expired: string | undefined;
  const watch = createSilenceWatch({
    silenceMs,
    now: () => time,
    schedule: (task, ms) => {
      const own = { at: time + ms, task };
      timer = own;
      return () => {
        if (timer === own) timer = undefined;
      };
    },
    onExpire: (why) => {
      expired = why;
    },
  });
  return {
    watch,
    expired: () => expired,
    pass: (ms) => {
      const end = time + ms;
      while (timer && timer.at <= end) {
        const due = timer;
        timer = undefined;
        time = due.at;
        due.task();
      }
      time = end;
    },
  };
}

test("sixty seconds without a byte end it, not one less", () => {
  const { watch, pass, expired } = clocked();
  pass(59_999);
  watch.touch(10);
  pass(59_999);
  expect(expired()).toBeUndefined();
  pass(1);
  expect(expired()).toContain("60 s");
});

test("time that is held does not count", () => {
  const { watch, pass, expired } = clocked();
  pass(50_000);
  watch.hold();
  pass(1_000_000);
  watch.release();
  pass(59_999);
  expect(expired()).toBeUndefined();
  pass(1);
  expect(expired()).toBeDefined();
});

test("a trickle ends after 120 s", () => {
  const { watch, pass, expired } = clocked();
  for (let second = 0; second < 300 && expired() === undefined; second++) {
    watch.touch(1);
    pass(1000);
  }
  expect(expired()).toContain("1 KiB/s");
});

test("a slow line that moves goes on", () => {
  const { watch, pass, expired } = clocked();
  for (let second = 0; second < 1000; second++) {
    watch.touch(2048);
    pass(1000);
  }
  expect(expired()).toBeUndefined();
});

test("after a long body the answer may take longer, and the wait is no trickle", () => {
  const { watch, pass, expired } = clocked();
  watch.touch(1_000_000);
  watch.allow(100_000);
  pass(159_999);
  expect(expired()).toBeUndefined();
  pass(1);
  expect(expired()).toContain("160 s");
});

test("a stopped watch is quiet", () => {
  const { watch, pass, expired } = clocked();
  watch.stop();
  pass(1_000_000);
  expect(expired()).toBeUndefined();
});
