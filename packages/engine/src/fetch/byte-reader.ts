import { BaleError, type ByteStream } from "@bale/spec";

/** Reads a stream piece by piece, without joining more than one piece of it in memory. */
export interface ByteReader {
  /** Drops `count` bytes. */
  readonly skip: (count: number) => Promise<void>;
  /** Exactly `count` bytes, in one array. For pieces of bounded size only. */
  readonly take: (count: number) => Promise<Uint8Array>;
  /** Exactly `count` bytes, chunk by chunk as they come. */
  readonly stream: (count: number) => ByteStream;
  /** Takes the step after the last byte, which is where a verifying stream throws. */
  readonly finish: () => Promise<void>;
  readonly close: () => Promise<void>;
}

function ended(): BaleError {
  return new BaleError({ code: "TRUNCATED", message: "the data ended before the blob did" });
}

/** @throws BaleError `TRUNCATED` when the stream is shorter than what is asked for */
export function createByteReader(source: ByteStream): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);

  async function next(): Promise<Uint8Array> {
    while (rest.length === 0) {
      const step = await iterator.next();
      if (step.done) throw ended();
      rest = step.value;
    }
    return rest;
  }
  async function* stream(count: number): AsyncGenerator<Uint8Array> {
    let left = count;
    while (left > 0) {
      const chunk = await next();
      const part = chunk.length > left ? chunk.subarray(0, left) : chunk;
      rest = chunk.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }
  async function skip(count: number): Promise<void> {
    for await (const part of stream(count)) void part;
  }
  async function take(count: number): Promise<Uint8Array> {
    const first = count === 0 ? rest : await next();
    if (first.length >= count) {
      rest = first.subarray(count);
      return first.subarray(0, count);
    }
    const parts: Uint8Array[] = [];
    for await (const part of stream(count)) parts.push(part);
    return Buffer.concat(parts);
  }
  return {
    skip,
    take,
    stream,
    finish: async () => {
      const step = await iterator.next();
      if (!step.done || rest.length > 0)
        throw new BaleError({ code: "SIZE_MISMATCH", message: "the blob is longer than announced" });
    },
    close: async () => {
      await iterator.return?.();
    },
  };
}
