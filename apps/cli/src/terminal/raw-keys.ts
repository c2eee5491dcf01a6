import type { ReadStream } from "node:tty";

/** Keys of a terminal as they are pressed, while nothing is echoed and Ctrl-C is a key like others. */
export interface RawKeys extends Disposable {
  readonly keys: AsyncIterable<Uint8Array>;
}

/**
 * Turns echo off until it is disposed of. The terminal is restored however the process ends, but for SIGKILL; a shell that takes it over when the
 * process is stopped turns echo on, so that it is turned off again afterwards.
 */
export function openRawKeys(stream: ReadStream, signal: AbortSignal): RawKeys {
  const wasRaw = stream.isRaw;
  const hide = (): void => {
    // A mode that is set already, as far as Node knows, is not set again.
    stream.setRawMode(false);
    stream.setRawMode(true);
  };
  const restore = (): void => void stream.setRawMode(wasRaw);
  // `process.exit` after a signal does not wait for whoever reads.
  process.once("exit", restore);
  process.on("SIGCONT", hide);
  hide();
  return {
    keys: keysOf(stream, signal),
    [Symbol.dispose]: () => {
      process.removeListener("exit", restore);
      process.removeListener("SIGCONT", hide);
      stream.pause();
      restore();
    },
  };
}

/** Ends with the stream. An iterator of the stream itself would destroy it, and with it what is read later. */
async function* keysOf(stream: ReadStream, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const waiting: Uint8Array[] = [];
  let ended = false;
  let wake: () => void = () => {};
  const onData = (chunk: Buffer): void => {
    waiting.push(chunk);
    wake();
  };
  const onEnd = (): void => {
    ended = true;
    wake();
  };
  stream.on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onEnd);
  signal.addEventListener("abort", onEnd, { once: true });
  stream.resume();
  try {
    for (;;) {
      const chunk = waiting.shift();
      if (chunk) yield chunk;
      else if (ended || signal.aborted) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    stream.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onEnd);
    signal.removeEventListener("abort", onEnd);
  }
}
