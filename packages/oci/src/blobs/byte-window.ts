import type { ByteSource, ByteStream } from "@bale/spec";

/** A part of a source as a source of its own. */
export function sourceWindow(source: ByteSource, start: number, endExclusive: number): ByteSource {
  return {
    size: endExclusive - start,
    open: (options) => {
      const from = start + (options?.range?.start ?? 0);
      const end = Math.min(endExclusive, start + (options?.range?.endExclusive ?? endExclusive - start));
      return source.open({ signal: options?.signal, range: { start: from, endExclusive: end } });
    },
  };
}

/** Of a stream that begins at `position`, the bytes from `start` up to `endExclusive`; reads no further. */
export async function* cutStream(
  stream: ByteStream,
  position: number,
  start: number,
  endExclusive: number,
): AsyncGenerator<Uint8Array> {
  let at = position;
  for await (const chunk of stream) {
    const from = Math.max(0, start - at);
    const to = Math.min(chunk.length, endExclusive - at);
    at += chunk.length;
    if (from < to) yield chunk.subarray(from, to);
    if (at >= endExclusive) return;
  }
}
