import { BaleError, type ByteSource } from "@bale/spec";
import type { SilenceWatch } from "./silence-watch.js";

// Small enough that a slow line shows progress within the silence limit, large enough not to cost turns of the event loop.
const SLICE = 256 * 1024;
/** Bodies up to this size are handed over whole. */
const WHOLE = 64 * 1024;

export interface UploadBody {
  readonly size: number;
  /** What goes to the dispatcher: nothing, bytes, or a stream that is opened by the first step. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** What the source itself threw, if anything: no fault of the network. */
  readonly sourceFailure: () => { readonly error: unknown } | undefined;
}
export interface UploadBodyInput {
  readonly body: ByteSource | Uint8Array | undefined;
  readonly watch: () => SilenceWatch | undefined;
  readonly onBytes?: ((sent: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One sending of a body. Each try makes a new one, so that a source is opened again. */
export function createUploadBody(input: UploadBodyInput): UploadBody {
  const { body } = input;
  const size = body === undefined ? 0 : body instanceof Uint8Array ? body.length : body.size;
  let failure: { readonly error: unknown } | undefined;
  if (body === undefined || size === 0) return { size: 0, body: undefined, sourceFailure: () => undefined };
  if (body instanceof Uint8Array && size <= WHOLE) return { size, body, sourceFailure: () => undefined };

  async function* send(): AsyncGenerator<Uint8Array, void> {
    const source = body instanceof Uint8Array ? [body] : (body as ByteSource).open({ signal: input.signal });
    const steps = toIterator(source);
    let sent = 0;
    const take = (): Promise<IteratorResult<Uint8Array>> => {
      const step = steps.next();
      // The next chunk is read while this one is sent; if sending ends first, nobody awaits it.
      step.catch(() => {});
      return step;
    };
    const ended = (): BaleError =>
      new BaleError({
        code: "FILE_CHANGED",
        message: "the data changed its size while it was sent",
        why: `${size} bytes were announced`,
      });
    try {
      let next = take();
      for (;;) {
        input.watch()?.hold();
        const step = await next.catch((error: unknown) => {
          failure = { error };
          throw error;
        });
        input.watch()?.release();
        if (step.done) break;
        next = take();
        if (sent + step.value.length > size) {
          failure = { error: ended() };
          throw failure.error;
        }
        for (let start = 0; start < step.value.length; start += SLICE) {
          const slice = step.value.subarray(start, start + SLICE);
          yield slice;
          sent += slice.length;
          input.watch()?.touch(slice.length);
          input.onBytes?.(sent);
        }
      }
      if (sent !== size) {
        failure = { error: ended() };
        throw failure.error;
      }
      input.watch()?.allow(commitAllowance(size));
    } finally {
      await steps.return?.();
    }
  }
  return { size, body: send(), sourceFailure: () => failure };
}

function toIterator(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncIterator<Uint8Array> {
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  const steps = source[Symbol.iterator]();
  return { next: () => Promise.resolve(steps.next()) };
}

// Registries hash and copy a blob before they answer: allow for a back-end of 20 MB/s.
function commitAllowance(size: number): number {
  return size / 20_000;
}
