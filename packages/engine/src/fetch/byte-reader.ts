import { BaleError, type ByteStream } from "@bale/spec";

/** Reads a stream piece by piece, without joining more than one piece of it in memory. */
export interface ByteReader {
  /** Bytes taken, skipped or streamed so far. */
  readonly position: () => number;
  /** Drops `count` bytes. */
  readonly skip: (count: number) => Promise<void>;
  /** Exactly `count` bytes, in one array. For pieces of bounded size only. */
  readonly take: (count: number) => Promise<Uint8Array>;
  /** At most `count` bytes, chunk by chunk as they come; whoever breaks off leaves the reader where it was then. */
  readonly stream: (count: number) => ByteStream;
  /** Takes the step after the last byte, which is where a verifying stream throws. */
  readonly finish: () => Promise<void>;
  /** What the stream itself threw, if it did: after that nothing more can be read. */
  readonly failure: () => unknown;
  readonly close: () => Promise<void>;
}

function ended(): BaleError {
  return new BaleError({ code: "TRUNCATED", message: "the data ended before the blob did" });
}

/** @throws BaleError `TRUNCATED` when the stream is shorter than what is asked for */
export function createByteReader(source: ByteStream): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  let position = 0;
  let failure: unknown;

  async function step(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await iterator.next();
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  /** The chunk at hand, or the next one that holds anything. */
  async function next(): Promise<Uint8Array> {
    while (rest.length === 0) {
      const { done, value } = await step();
      if (done) {
        failure = ended();
        throw failure;
      }
      rest = value;
    }
    return rest;
  }
  function advance(chunk: Uint8Array, count: number): Uint8Array {
    rest = chunk.subarray(count);
    position += count;
    return chunk.subarray(0, count);
  }
  async function* stream(count: number): ByteStream {
    for (let left = count; left > 0; ) {
      const chunk = await next();
      const part = advance(chunk, Math.min(chunk.length, left));
      left -= part.length;
      yield part;
    }
  }
  return {
    position: () => position,
    skip: async (count) => {
      for await (const part of stream(count)) void part;
    },
    take: async (count) => {
      if (count === 0) return new Uint8Array(0);
      const first = await next();
      if (first.length >= count) return advance(first, count);
      const parts: Uint8Array[] = [];
      for await (const part of stream(count)) parts.push(part);
      return Buffer.concat(parts);
    },
    stream,
    finish: async () => {
      while (rest.length === 0) {
        const { done, value } = await step();
        if (done) return;
        rest = value;
      }
      throw new BaleError({ code: "SIZE_MISMATCH", message: "the blob is longer than announced" });
    },
    failure: () => failure,
    close: async () => {
      await iterator.return?.();
    },
  };
}
