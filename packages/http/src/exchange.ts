import { BaleError, type ByteSource, type ByteStream } from "@bale/spec";
import type { Dispatcher } from "undici";
import { type BodyQueue, createBodyQueue } from "./body-queue.js";
import { interrupted } from "./classify-failure.js";
import { createSilenceWatch, type SilenceWatch } from "./silence-watch.js";
import { SilenceError, type Stage, type TransportFailure } from "./transport-failure.js";
import { createUploadBody } from "./upload-body.js";

export interface ExchangeInput {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  /** Path and query, or a whole URL for a plain proxy. */
  readonly target: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: ByteSource | Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly silenceMs: number;
  readonly onBytes?: ((sent: number) => void) | undefined;
  /** Makes an error of what went wrong while the body came. */
  readonly classify: (failure: TransportFailure) => BaleError;
}
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: ByteStream;
  /** Closes the connection, unless the body has ended. */
  readonly abandon: () => void;
}
export type ExchangeResult =
  | { readonly ok: true; readonly answer: RawAnswer }
  | { readonly ok: false; readonly failure: TransportFailure };

type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

function joinHeaders(raw: RawHeaders): Record<string, string | undefined> {
  const headers = Object.create(null) as Record<string, string | undefined>;
  for (const [name, value] of Object.entries(raw))
    headers[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  return headers;
}

class Abandoned extends Error {}

/** One request and its answer on one connection. Never throws: what failed comes back with how far it had come. */
export function exchange(input: ExchangeInput): Promise<ExchangeResult> {
  return new Promise((resolve) => {
    const { signal } = input;
    let stage: Stage = "connecting";
    let controller: Dispatcher.DispatchController | undefined;
    let watch: SilenceWatch | undefined;
    let queue: BodyQueue | undefined;
    let stopped: Error | undefined;

    const upload = createUploadBody({
      body: input.body,
      watch: () => watch,
      onBytes: input.onBytes,
      signal,
    });

    const finish = (): void => {
      watch?.stop();
      signal?.removeEventListener("abort", onAbort);
    };
    const fail = (cause: unknown): void => {
      finish();
      const source = upload.sourceFailure();
      const failure: TransportFailure = source
        ? { cause: source.error, stage, fromSource: true }
        : { cause, stage };
      if (queue) queue.fail(input.classify(failure), BaleError.is(cause, "INTERRUPTED"));
      else resolve({ ok: false, failure });
    };
    /** Ends the exchange from this side; the dispatcher's own report of it is ignored. */
    const stop = (reason: Error): void => {
      if (stopped) return;
      stopped = reason;
      controller?.abort(reason);
      fail(reason);
    };
    const onAbort = (): void => {
      if (signal) stop(interrupted(signal));
    };
    const silent = (why: string): void => stop(new SilenceError(why));

    if (signal?.aborted) return onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (control) => {
        controller = control;
        if (stopped) return control.abort(stopped);
        stage = "waiting";
        watch?.stop();
        watch = createSilenceWatch({
          silenceMs: input.silenceMs,
          now: () => performance.now(),
          schedule: (task, ms) => {
            const timer = setTimeout(task, ms);
            return () => clearTimeout(timer);
          },
          onExpire: silent,
        });
      },
      onResponseStart: (control, status, headers) => {
        if (stopped || status < 200) return;
        stage = "receiving";
        watch?.touch(0);
        queue = createBodyQueue({
          pause: () => {
            watch?.hold();
            control.pause();
          },
          resume: () => {
            watch?.release();
            control.resume();
          },
          abandon: () => stop(new Abandoned("the rest of the answer is not wanted")),
        });
        const body = queue;
        resolve({
          ok: true,
          answer: {
            status,
            headers: joinHeaders(headers),
            body: body.stream,
            abandon: () => {
              if (!body.finished()) stop(new Abandoned("the rest of the answer is not wanted"));
            },
          },
        });
      },
      onResponseData: (_control, chunk) => {
        watch?.touch(chunk.length);
        queue?.push(chunk);
      },
      onResponseEnd: () => {
        if (stopped) return;
        finish();
        queue?.end();
      },
      onResponseError: (_control, error) => {
        if (!stopped) {
          stopped = error;
          fail(error);
        }
      },
    };
    try {
      input.dispatcher.dispatch(
        {
          origin: input.origin,
          path: input.target,
          method: input.method,
          headers: {
            ...input.headers,
            ...(upload.body === undefined ? {} : { "content-length": String(upload.size) }),
          },
          // The type leaves out iterables, which the dispatcher takes.
          body: (upload.body ?? null) as Uint8Array | null,
          // A HEAD would close its connection otherwise: a precaution against servers that answer it with a body, which cost
          // one connection a request. Such a body breaks the next answer on that connection only, and that one is retried.
          reset: false,
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        handler,
      );
    } catch (error) {
      stopped = error instanceof Error ? error : new Error(String(error));
      fail(error);
    }
  });
}
