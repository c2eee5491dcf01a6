import { BaleError, type ByteStream } from "@bale/spec";

// Between the socket and the consumer. A socket read brings 64 KiB; half a mebibyte keeps both sides busy and bounds memory.
const HIGH_WATER = 512 * 1024;
const LOW_WATER = 128 * 1024;

export interface BodyQueueControl {
  /** Asks the socket to stop and go on. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** The consumer has left before the end. */
  readonly abandon: () => void;
}
export interface BodyQueue {
  readonly stream: ByteStream;
  readonly push: (chunk: Uint8Array) => void;
  readonly end: () => void;
  /** What was pushed before is still delivered, unless `now` is set; then the loop throws `error`. */
  readonly fail: (error: unknown, now?: boolean) => void;
  readonly finished: () => boolean;
}

/** Turns pushed chunks into one loop over them, with back-pressure. The stream can be iterated once. */
export function createBodyQueue(control: BodyQueueControl): BodyQueue {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let paused = false;
  let state: "open" | "ended" | "failed" = "open";
  let failure: unknown;
  let taken = false;
  let waiter: PromiseWithResolvers<IteratorResult<Uint8Array, undefined>> | undefined;

  const settle = (act: (waiting: NonNullable<typeof waiter>) => void): boolean => {
    if (!waiter) return false;
    const waiting = waiter;
    waiter = undefined;
    act(waiting);
    return true;
  };
  const drop = (): void => {
    chunks.length = 0;
    bytes = 0;
  };
  const iterator: AsyncIterator<Uint8Array, undefined> = {
    next: () => {
      const chunk = chunks.shift();
      if (chunk) {
        bytes -= chunk.length;
        if (paused && bytes < LOW_WATER) {
          paused = false;
          control.resume();
        }
        return Promise.resolve({ value: chunk, done: false });
      }
      if (state === "failed") return Promise.reject(failure);
      if (state === "ended") return Promise.resolve({ value: undefined, done: true });
      waiter = withResolvers();
      return waiter.promise;
    },
    return: () => {
      drop();
      if (state === "open") {
        state = "ended";
        control.abandon();
      }
      settle((waiting) => waiting.resolve({ value: undefined, done: true }));
      return Promise.resolve({ value: undefined, done: true });
    },
  };
  return {
    stream: {
      [Symbol.asyncIterator]: () => {
        if (taken) throw new BaleError({ code: "INTERNAL", message: "the body of an answer was read twice" });
        taken = true;
        return iterator;
      },
    },
    push: (chunk) => {
      if (state !== "open" || chunk.length === 0) return;
      if (settle((waiting) => waiting.resolve({ value: chunk, done: false }))) return;
      chunks.push(chunk);
      bytes += chunk.length;
      if (!paused && bytes >= HIGH_WATER) {
        paused = true;
        control.pause();
      }
    },
    end: () => {
      if (state !== "open") return;
      state = "ended";
      settle((waiting) => waiting.resolve({ value: undefined, done: true }));
    },
    fail: (error, now = false) => {
      if (state !== "open") return;
      state = "failed";
      failure = error;
      if (now) drop();
      settle((waiting) => waiting.reject(error));
    },
    finished: () => state !== "open",
  };
}

interface PromiseWithResolvers<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: unknown) => void;
}

// Promise.withResolvers exists from Node 22 on.
function withResolvers<Value>(): PromiseWithResolvers<Value> {
  let resolve: (value: Value) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
