import { BaleError, type ByteSource } from "@bale/spec";

/** The source gave another number of bytes than it had announced. */
export function sizeChanged({ size }: Pick<ByteSource, "size">): BaleError {
  return new BaleError({
    code: "FILE_CHANGED",
    message: "the data changed its size while it was sent",
    why: `${size} bytes were announced`,
  });
}

/**
 * The same source, but its last bytes come only when it is known that there are no more and no fewer: a service that has got as many bytes as
 * were announced would keep them.
 */
export function exactSource(source: ByteSource): ByteSource {
  return {
    size: source.size,
    async *open(options) {
      const { endExclusive = source.size, start = 0 } = options?.range ?? {};
      let left = endExclusive - start;
      let pending: Uint8Array | undefined;
      for await (const chunk of source.open(options)) {
        if (chunk.length === 0) continue;
        left -= chunk.length;
        if (left < 0) throw sizeChanged(source);
        if (pending) yield pending;
        pending = chunk;
      }
      if (left > 0) throw sizeChanged(source);
      if (pending) yield pending;
    },
  };
}
