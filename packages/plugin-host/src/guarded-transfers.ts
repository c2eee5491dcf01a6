import type { BlobDriver, BlobReadOptions, ByteSource, ByteStream, CallOptions } from "@bale/spec";
import { type DriverCalls, RUBBISH } from "./driver-calls.js";

type Callable = (...args: readonly unknown[]) => unknown;

interface Step {
  readonly done: boolean;
  readonly chunk: Uint8Array | undefined;
}

function stepOf(answer: unknown): Step | typeof RUBBISH {
  if (typeof answer !== "object" || answer === null) return RUBBISH;
  const { done, value } = answer as { readonly done?: unknown; readonly value?: unknown };
  if (done === true) return { done, chunk: undefined };
  return value instanceof Uint8Array ? { done: false, chunk: value } : RUBBISH;
}

/** `read` of a driver: each step is one call. */
export function guardedRead(calls: DriverCalls, read: Callable, what: string): BlobDriver["read"] {
  const doing = `reading from ${what}`;
  const { guard } = calls;
  return async function* (locator, options?: BlobReadOptions): ByteStream {
    const call = { doing, signal: options?.signal };
    const iterator = guard.now(doing, () => {
      const stream = read(locator, options) as AsyncIterable<unknown>;
      return stream[Symbol.asyncIterator]();
    });
    let open = true;
    try {
      for (;;) {
        // A step that fails ends the stream, as with any generator: there is nothing left to close.
        open = false;
        const step = await calls.call(call, () => iterator.next(), stepOf);
        if (step.done) return;
        open = true;
        if (step.chunk) yield step.chunk;
      }
    } finally {
      // Whoever breaks out wants the handles back, and has no use for what goes wrong meanwhile.
      if (open)
        await guard.long({ doing, limitMs: guard.limits.abortMs }, () => iterator.return?.()).catch(() => {});
    }
  } as BlobDriver["read"];
}

interface WatchedSource {
  readonly source: ByteSource;
  /** What the source itself threw, which is no failure of the driver. */
  readonly failure: () => { readonly cause: unknown } | undefined;
}

function watched(source: ByteSource, alive: () => void): WatchedSource {
  let failure: { readonly cause: unknown } | undefined;
  return {
    source: {
      size: source.size,
      open: async function* (options) {
        alive();
        try {
          for await (const chunk of source.open(options)) {
            alive();
            yield chunk;
          }
        } catch (cause) {
          failure = { cause };
          throw cause;
        }
      } as (options?: CallOptions) => ByteStream,
    },
    failure: () => failure,
  };
}

/** `write` of a driver: bytes that it takes, and bytes that it says are sent, are signs of life. */
export function guardedWrite(calls: DriverCalls, write: Callable, what: string): BlobDriver["write"] {
  return async (locator, source, options) => {
    let failure: WatchedSource["failure"] = () => undefined;
    try {
      return await calls.call(
        { doing: `writing to ${what}`, signal: options.signal },
        (alive) => {
          const given = watched(source, alive);
          failure = given.failure;
          return write(locator, given.source, {
            ...options,
            onBytes: (sent: unknown) => {
              alive();
              if (typeof sent === "number" && sent >= 0) options.onBytes?.(sent);
            },
          });
        },
        (answer) => (answer === "created" || answer === "existed" ? answer : RUBBISH),
      );
    } catch (error) {
      const own = failure();
      throw own ? own.cause : error;
    }
  };
}
