import { BaleError, type ByteSource } from "@bale/spec";
import type { HttpOptions } from "./http-options.js";

/** Sleeps are recorded, not slept, and move the clock; jitter is at its upper bound. */
export function quick(options: HttpOptions = {}): HttpOptions & { readonly sleeps: number[] } {
  const sleeps: number[] = [];
  let clock = 0;
  return {
    random: () => 0.999999,
    now: () => clock,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      sleeps.push(ms);
      clock += ms;
    },
    ...options,
    sleeps,
  };
}

/** The error that a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<BaleError> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!BaleError.is(error)) throw new Error(`expected a BaleError, got ${String(error)}`);
  return error;
}

/** Bytes in which every four differ from the others. */
export function pattern(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let index = 0; index + 4 <= size; index += 4) bytes.writeUInt32LE((index * 2654435761) >>> 0, index);
  return bytes;
}

/** A source that counts how often it was opened. */
export function sourceOf(bytes: Uint8Array, chunk = 100_000): ByteSource & { readonly opened: () => number } {
  let opened = 0;
  return {
    size: bytes.length,
    opened: () => opened,
    async *open() {
      opened += 1;
      for (let start = 0; start < bytes.length; start += chunk) yield bytes.subarray(start, start + chunk);
    },
  };
}
