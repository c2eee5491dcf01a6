import type { ByteStream } from "@bale/spec";
import { archiveRefused } from "../archive-refused.js";

/** Takes a stream piece by piece. */
export interface ByteReader {
  /** Exactly `count` bytes, at most 64 KiB; `undefined` at the end of the stream. @throws BaleError `ARCHIVE_INVALID` when it ends within them */
  readonly take: (count: number) => Promise<Uint8Array | undefined>;
  /** The next `count` bytes as they come. @throws BaleError `ARCHIVE_INVALID` when there are fewer */
  readonly stream: (count: number) => ByteStream;
  /** Everything that is left. */
  readonly rest: () => ByteStream;
  readonly close: () => Promise<void>;
}

function cutOff(): Error {
  return archiveRefused("ARCHIVE_INVALID", "it is cut off");
}

export function createByteReader(source: ByteStream): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let held: Uint8Array = new Uint8Array(0);
  async function next(): Promise<boolean> {
    while (held.length === 0) {
      const { done, value } = await iterator.next();
      if (done) return false;
      held = value;
    }
    return true;
  }
  function shift(count: number): Uint8Array {
    const part = held.subarray(0, count);
    held = held.subarray(part.length);
    return part;
  }
  return {
    take: async (count) => {
      if (held.length >= count) return shift(count);
      if (!(await next())) return undefined;
      const bytes = new Uint8Array(count);
      for (let filled = 0; filled < count; ) {
        if (!(await next())) throw cutOff();
        const part = shift(count - filled);
        bytes.set(part, filled);
        filled += part.length;
      }
      return bytes;
    },
    stream: async function* (count) {
      for (let left = count; left > 0; ) {
        if (!(await next())) throw cutOff();
        const part = shift(left);
        left -= part.length;
        yield part;
      }
    },
    rest: async function* () {
      while (await next()) yield shift(held.length);
    },
    close: async () => {
      await iterator.return?.();
    },
  };
}
