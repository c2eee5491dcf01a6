import type { ByteSource, ByteStream } from "@bale/spec";

export interface WatchedSource {
  readonly source: ByteSource;
  /** What the source itself threw last, if it ever did. */
  readonly failure: () => unknown;
}

/** Remembers failures of a source, since clients wrap what a request body throws into errors of their own. */
export function watchedSource(inner: ByteSource): WatchedSource {
  let failure: unknown;
  async function* watched(stream: ByteStream): ByteStream {
    try {
      yield* stream;
    } catch (cause) {
      failure = cause;
      throw cause;
    }
  }
  return {
    source: {
      size: inner.size,
      open: (options) => watched(inner.open(options)),
    },
    failure: () => failure,
  };
}
