import { BaleError, type ByteSource, type ByteStream } from "@bale/spec";

export function otherSize(size: number, received: string): BaleError {
  return new BaleError({
    code: "FILE_CHANGED",
    message: "the data changed its size while it was sent",
    why: `${received} of ${size} bytes came`,
  });
}

async function* exactly(stream: ByteStream, size: number): ByteStream {
  let received = 0;
  let last: Uint8Array | undefined;
  for await (const chunk of stream) {
    if (chunk.length === 0) continue;
    received += chunk.length;
    if (received > size) throw otherSize(size, "more");
    if (last) yield last;
    // Kept while the next chunk is read, for which a source may use the memory of this one.
    last = chunk.slice();
  }
  if (received < size) throw otherSize(size, String(received));
  if (last) yield last;
}

/**
 * The same source, whose last bytes come only when it has ended where it said: a server that has got as many bytes as were announced may store
 * them, whatever goes wrong here afterwards (measured with moto).
 */
export function exactSource(source: ByteSource): ByteSource {
  return {
    size: source.size,
    open: (call) => {
      const { start = 0, endExclusive = source.size } = call?.range ?? {};
      return exactly(source.open(call), endExclusive - start);
    },
  };
}
