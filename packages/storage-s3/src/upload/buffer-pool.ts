/** Buffers of one size that are used again: each new one would wait for the garbage collector, which lags behind memory of this kind. */
export interface BufferPool {
  /** Bytes of each. */
  readonly size: number;
  /** Waits until one is free. Its content is that of an earlier use. */
  readonly take: () => Promise<Buffer>;
  readonly giveBack: (buffer: Buffer) => void;
}

/**
 * Makes a buffer when one is asked for and none is free, and at most `count` of them, whoever asks. Nobody waits for ever as long as everybody
 * gives a full one back without asking for another.
 */
export function createBufferPool(count: number, size: number): BufferPool {
  const free: Buffer[] = [];
  const waiting: ((buffer: Buffer) => void)[] = [];
  let made = 0;
  return {
    size,
    take: async () => {
      const known = free.pop();
      if (known) return known;
      if (made < count) {
        made++;
        return Buffer.allocUnsafeSlow(size);
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    giveBack: (buffer) => {
      const next = waiting.shift();
      if (next) next(buffer);
      else free.push(buffer);
    },
  };
}
