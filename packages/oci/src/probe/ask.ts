import {
  BaleError,
  type ByteSource,
  type HttpRequest,
  type HttpResponse,
  LIMITS,
  type RegistryAction,
} from "@bale/spec";
import { type RegistryExchange, send } from "../registry/registry-exchange.js";
import { type RegistryFailure, readFailure } from "../registry/registry-failure.js";
import { checkAborted, pauseBeforeRetry } from "../retry-pause.js";

export interface Question {
  readonly method: HttpRequest["method"];
  /** As for `send`. */
  readonly target: string | URL;
  /** Default: pull for what only reads, else pull and push. */
  readonly actions?: readonly RegistryAction[] | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: ByteSource | Uint8Array | undefined;
  /** Most bytes of the answer that are kept; the rest is not read. Default 1 MiB. */
  readonly keep?: number | undefined;
  /** A lost connection is the answer, and no reason to ask again. */
  readonly once?: boolean | undefined;
  /** Instead of the repository that is examined. */
  readonly repository?: string | undefined;
}
/** What came of a question. Nothing is thrown for what a registry may do. */
export interface Answer {
  /** 0: there was no answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Who answered, after redirects. */
  readonly url: string;
  readonly bytes: Uint8Array;
  /** What a refusal said; for status 0, why there was no answer. */
  readonly failure: RegistryFailure | undefined;
  readonly error: BaleError | undefined;
}
/** Told of everything that is asked and answered. */
export interface AskObserver {
  readonly request: (sentBytes: number) => void;
  readonly answer: (answer: Answer) => void;
  readonly limited: (waitMs: number) => void;
}

// Everything but redirects, which are followed, 401 to nobody in particular included; 429 is left to `rateLimited`.
const STATUSES: readonly number[] = [
  ...Array.from({ length: 100 }, (_, index) => 200 + index),
  304,
  ...Array.from({ length: 200 }, (_, index) => 400 + index).filter((status) => status !== 429),
];
const KEPT_BYTES = 1024 * 1024;
const LIMITED_TRIES = 6;
const LOST_TRIES = 3;

async function readSome(response: HttpResponse, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= most) break;
  }
  const bytes = new Uint8Array(Math.min(size, most));
  let at = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(0, bytes.length - at);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

async function readAnswer(question: Question, response: HttpResponse): Promise<Answer> {
  const { status, headers, url } = response;
  const common = { status, headers, url, error: undefined };
  if (status >= 400) {
    const failure = await readFailure(response);
    return { ...common, bytes: new Uint8Array(0), failure };
  }
  if (question.method === "HEAD") {
    await response.discard();
    return { ...common, bytes: new Uint8Array(0), failure: undefined };
  }
  return { ...common, bytes: await readSome(response, question.keep ?? KEPT_BYTES), failure: undefined };
}

function noAnswer(error: BaleError): Answer {
  const status = error.code === "AUTH_FAILED" ? 401 : error.code === "DENIED" ? 403 : 0;
  return {
    status,
    headers: {},
    url: "",
    bytes: new Uint8Array(0),
    failure: { status, codes: new Set(), text: error.why ?? error.message, digests: [] },
    error,
  };
}

async function askOnce(exchange: RegistryExchange, question: Question, signal: AbortSignal): Promise<Answer> {
  const { method, target, headers, body, repository } = question;
  const reads = method === "GET" || method === "HEAD";
  try {
    const response = await send(repository === undefined ? exchange : { ...exchange, repository }, {
      method,
      target,
      actions: question.actions ?? (reads ? ["pull"] : ["pull", "push"]),
      headers,
      body,
      accept: STATUSES,
      idempotent: false,
      tries: 1,
      signal,
    });
    return await readAnswer(question, response);
  } catch (error) {
    checkAborted(signal);
    if (!BaleError.is(error) || error.code === "INTERNAL" || error.code === "INTERRUPTED") throw error;
    return noAnswer(error);
  }
}

/** GitHub answers 403 with Retry-After where others answer 429. */
function waitAsked(answer: Answer): number | undefined {
  const { error, status, headers } = answer;
  if (error?.code === "RATE_LIMITED") return error.retry.kind === "after" ? error.retry.milliseconds : 0;
  const after = headers["retry-after"];
  return status === 403 && after !== undefined && /^[0-9]{1,6}$/.test(after)
    ? Number(after) * 1000
    : undefined;
}

function isLost({ status, error }: Answer): boolean {
  return status === 0 && (error?.code === "CONNECT_FAILED" || error?.code === "TRUNCATED");
}

function sizeOf(body: Question["body"]): number {
  if (body === undefined) return 0;
  return body instanceof Uint8Array ? body.length : body.size;
}

/**
 * Asks a registry one question. A limit on the rate is waited out, and a lost connection asked again where that is safe; any other answer counts.
 * @throws BaleError `RATE_LIMITED` when it stays so, `INTERRUPTED`
 */
export async function ask(
  exchange: RegistryExchange,
  question: Question,
  observer: AskObserver,
  signal: AbortSignal,
): Promise<Answer> {
  const mayRepeat = !question.once && (sizeOf(question.body) === 0 || question.method === "PUT");
  let limited = 0;
  let lost = 0;
  for (;;) {
    observer.request(sizeOf(question.body));
    const answer = await askOnce(exchange, question, signal);
    const wait = waitAsked(answer);
    if (wait !== undefined) {
      observer.limited(wait);
      limited++;
      if (wait > LIMITS.retryAfterMs || limited >= LIMITED_TRIES) {
        if (answer.error) throw answer.error;
        return answer;
      }
      const error = new BaleError({
        code: "RATE_LIMITED",
        message: "asked to wait",
        retry: { kind: "after", milliseconds: wait },
      });
      await pauseBeforeRetry({ attempt: limited, error }, exchange.pauseMs, signal);
    } else if (isLost(answer) && mayRepeat && ++lost < LOST_TRIES) {
      await pauseBeforeRetry({ attempt: lost }, exchange.pauseMs, signal);
    } else {
      observer.answer(answer);
      return answer;
    }
  }
}
