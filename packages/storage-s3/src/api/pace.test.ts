import { describe, expect, it } from "vitest";
import { createPace } from "./pace.js";

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Tasks that end when they are told to. */
function controlled(pace: ReturnType<typeof createPace>) {
  const running: (() => void)[] = [];
  return {
    running,
    start: (count: number) => {
      for (let index = 0; index < count; index++)
        void pace.run(() => new Promise<void>((resolve) => running.push(resolve)));
    },
    end: async (count: number) => {
      for (const finish of running.splice(0, count)) finish();
      await tick();
    },
  };
}

describe("the pace of requests", () => {
  it("lets as many run as allowed, and the others in their turn", async () => {
    const tasks = controlled(createPace(3));
    tasks.start(8);
    await tick();
    for (const left of [3, 3, 2]) {
      expect(tasks.running).toHaveLength(left);
      await tasks.end(left);
    }
    expect(tasks.running).toHaveLength(0);
  });

  it("halves when the store throttles, once for all that was on its way, and never below one", async () => {
    const pace = createPace(16);
    const tasks = controlled(pace);
    tasks.start(20);
    await tick();
    for (let index = 0; index < 16; index++) pace.slowDown();
    expect(pace.width()).toBe(8);
    await tasks.end(16);
    // Those that began before have ended; a later one halves again.
    for (let round = 0; round < 6; round++) {
      tasks.start(40);
      await tick();
      await tasks.end(40);
      pace.slowDown();
    }
    expect(pace.width()).toBeGreaterThanOrEqual(1);
    expect(pace.width()).toBeLessThan(8);
    tasks.start(1);
    await tick();
    expect(tasks.running.length).toBeGreaterThan(0);
  });

  it("grows again with what succeeds, up to what is allowed", async () => {
    const pace = createPace(4);
    await pace.run(async () => {});
    pace.slowDown();
    expect(pace.width()).toBe(2);
    for (let index = 0; index < 3; index++) await pace.run(async () => {});
    expect(pace.width()).toBe(3);
    for (let index = 0; index < 50; index++) await pace.run(async () => {});
    expect(pace.width()).toBe(4);
  });

  it("gives the place of a task that fails to the next one", async () => {
    const pace = createPace(1);
    const failing = pace.run(async () => Promise.reject(new Error("on purpose")));
    const next = pace.run(async () => "done");
    await expect(failing).rejects.toThrow("on purpose");
    expect(await next).toBe("done");
  });
});
