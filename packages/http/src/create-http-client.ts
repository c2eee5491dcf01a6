import { BaleError, type HttpClient, type HttpRequest, type HttpResponse, LIMITS } from "@bale/spec";
import { isPassing } from "./classify-failure.js";
import type { RawAnswer } from "./exchange.js";
import { createHostPacer, type HostPacer } from "./host-pacer.js";
import type { HttpOptions } from "./http-options.js";
import { createHttpResponse, discardBody, readExcerpt } from "./http-response.js";
import { createOriginDispatchers, type OriginDispatchers } from "./origin-dispatchers.js";
import { redactUrl } from "./redact.js";
import type { Hop } from "./redirects.js";
import { readServerWords } from "./registry-errors.js";
import { nameRequest } from "./request-name.js";
import { retryLoop, type TryResult } from "./retry-loop.js";
import { isBearableWait, isPassingStatus, parseRetryAfter, sleep } from "./retry-policy.js";
import { statusError } from "./status-error.js";
import type { Stage } from "./transport-failure.js";
import { walkRedirects } from "./walk-redirects.js";
import { createWarningSink } from "./warnings.js";

interface Attempt {
  readonly options: HttpOptions;
  readonly dispatchers: OriginDispatchers;
  readonly pacer: HostPacer;
  readonly request: HttpRequest;
  readonly url: URL;
  readonly warn: (header: string | undefined) => void;
  /** Shared by the tries of one request: a challenge is answered once, whatever else fails (RFC 9110 section 15.5.2). */
  readonly state: { challenged: boolean; ledAnew: boolean };
}

function parseTarget(text: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    url = undefined;
  }
  if (url && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") return url;
  throw new BaleError({
    code: "UNSUPPORTED",
    message: `not an address to ask: ${redactUrl(text.slice(0, 300))}`,
    why: "an http or https URL without user and password is needed",
  });
}

function hasBody(request: HttpRequest): boolean {
  const { body } = request;
  return body !== undefined && (body instanceof Uint8Array ? body.length : body.size) > 0;
}

// A second MOVE finds nothing to move, and a second MKCOL finds a collection: both would turn a success into a failure.
const ONCE_ONLY: ReadonlySet<HttpRequest["method"]> = new Set(["POST", "PATCH", "MKCOL", "MOVE"]);

function isIdempotent(request: HttpRequest): boolean {
  return request.idempotent ?? !ONCE_ONLY.has(request.method);
}

/** Whether the same request may go out again after it failed without an answer. */
function mayRepeat(request: HttpRequest, error: BaleError, stage: Stage): boolean {
  if (!isPassing(error)) return false;
  // Nothing was sent; or a kept connection was closed under a request without a body, which only begins or asks for something.
  if (stage === "connecting" || isIdempotent(request)) return true;
  return error.code === "CONNECT_FAILED" && !hasBody(request);
}

const EXPIRED: readonly number[] = [400, 401, 403];

function isAccepted(request: HttpRequest, status: number): boolean {
  return request.accept ? request.accept.includes(status) : status >= 200 && status < 300;
}

async function refusal(
  attempt: Attempt,
  answer: RawAnswer,
  url: URL,
  sent: string | undefined,
): Promise<TryResult<HttpResponse>> {
  const { authorizer } = attempt.options;
  const { request } = attempt;
  const ownOrigin = url.origin === attempt.url.origin;
  const encoding = answer.headers["content-encoding"];
  const body = encoding === undefined ? await readExcerpt(answer, LIMITS.errorBodyBytes) : "";
  if (encoding !== undefined) answer.abandon();
  const retryAfter = parseRetryAfter(answer.headers["retry-after"], Date.now());
  const identity =
    ownOrigin && request.access
      ? authorizer?.identity?.({ origin: url.origin, access: request.access })
      : undefined;
  const error = statusError({
    request: nameRequest(request.method, url),
    status: answer.status,
    words: readServerWords(body, answer.headers["content-type"]),
    wwwAuthenticate: answer.headers["www-authenticate"],
    retryAfter,
    access: request.access,
    identity,
    // A token that nobody's credentials got is no credential; only an authorizer that names identities can tell.
    authorized:
      ownOrigin && sent !== undefined && (authorizer?.identity === undefined || identity !== undefined),
    redirected: !ownOrigin,
  });
  // A server that limits the rate has done nothing yet, so that even a POST may be sent again.
  const limited = error.code === "RATE_LIMITED";
  const passing = isPassingStatus(answer.status) || limited;
  const bearable = retryAfter === undefined || isBearableWait(retryAfter);
  // What the host wants of this request it wants of the others too.
  if (limited && retryAfter !== undefined && bearable) attempt.pacer.pause(url.origin, retryAfter);
  // An address that a server hands out is good for some minutes (S3 and Azure say 403, Google 400): the server hands out another, once.
  if (!ownOrigin && !attempt.state.ledAnew && EXPIRED.includes(answer.status)) {
    attempt.state.ledAnew = true;
    return { ok: false, error, repeat: true };
  }
  return { ok: false, error, repeat: passing && bearable && (limited || isIdempotent(request)) };
}

function startHop(attempt: Attempt, authorization: string | undefined): Hop {
  const headers: Record<string, string> = { "user-agent": attempt.options.userAgent ?? "bale" };
  for (const [name, value] of Object.entries(attempt.request.headers ?? {}))
    headers[name.toLowerCase()] = value;
  // The length is counted here, and an encoded body would not have the digest that is expected. Who asks for an encoding only finds out
  // whether one would come: such an answer is refused below.
  delete headers["content-length"];
  headers["accept-encoding"] ??= "identity";
  if (authorization !== undefined) headers["authorization"] = authorization;
  return { url: attempt.url, headers };
}

async function tryOnce(attempt: Attempt): Promise<TryResult<HttpResponse>> {
  const { options, request, state, url } = attempt;
  const silenceMs = options.silenceMs ?? LIMITS.silenceMs;
  const own = Object.entries(request.headers ?? {}).find(
    ([name]) => name.toLowerCase() === "authorization",
  )?.[1];
  const authorizer = own === undefined && request.access ? options.authorizer : undefined;
  const { access, signal } = request;
  const input = { origin: url.origin, access, sendsBody: hasBody(request), signal };
  for (;;) {
    const sent = own ?? (await authorizer?.authorize(input));
    const start = startHop(attempt, sent);
    const { dispatchers, pacer } = attempt;
    const result = await walkRedirects({ dispatchers, pacer, request, start, silenceMs });
    if (!result.ok)
      return { ok: false, error: result.error, repeat: mayRepeat(request, result.error, result.stage) };
    const { answer } = result;
    const ownOrigin = result.url.origin === url.origin;
    if (ownOrigin) attempt.warn(answer.headers["warning"]);
    if (answer.status === 401 && ownOrigin && authorizer && !state.challenged) {
      state.challenged = true;
      const wwwAuthenticate = answer.headers["www-authenticate"];
      let renewed: boolean;
      try {
        renewed = await authorizer.challenge({ ...input, status: 401, wwwAuthenticate, sent });
      } catch (error) {
        answer.abandon();
        throw error;
      }
      if (renewed) {
        await discardBody(answer);
        continue;
      }
    }
    if (!isAccepted(request, answer.status)) return refusal(attempt, answer, result.url, sent);
    const identity = ownOrigin && sent !== undefined ? authorizer?.identity?.(input) : undefined;
    return { ok: true, value: createHttpResponse(answer, result.url, result.name, identity) };
  }
}

/**
 * Tries, waits, redirects and credentials as the bounds in `LIMITS` and the options say. Credentials are asked of the authorizer
 * only for requests with an `access`. A body that breaks off after the answer began throws from the loop over it and is not
 * fetched again here: who asked knows from which byte to go on.
 *
 * @example
 * await using client = createHttpClient({ userAgent: "bale/1.0.0" });
 * const answer = await client.request({ method: "GET", url: "https://ghcr.io/v2/", accept: [200, 401] });
 *
 * `request` @throws BaleError `AUTH_FAILED`, `DENIED`, `NOT_FOUND`, `TOO_LARGE`, `RANGE_INVALID`, `RATE_LIMITED`, `SERVER`,
 *   `CAPABILITY_MISSING`, `CONNECT_FAILED`, `TLS`, `TIMEOUT`, `PROXY`, `REDIRECT`, `LIMIT`, `UNSUPPORTED`, `FILE_CHANGED`,
 *   `INTERRUPTED`; the body of an answer: `TRUNCATED`, `TIMEOUT`, `INTERRUPTED`
 */
export function createHttpClient(options: HttpOptions = {}): HttpClient {
  const dispatchers = createOriginDispatchers(options);
  const pacer = options.pacer ?? createHostPacer({ now: options.now, sleep: options.sleep });
  const warn = createWarningSink(options.onWarning);
  return {
    request: async (request) => {
      const url = parseTarget(request.url);
      url.hash = "";
      const state = { challenged: false, ledAnew: false };
      const attempt: Attempt = { options, dispatchers, pacer, request, url, warn, state };
      const name = nameRequest(request.method, url);
      return retryLoop(() => tryOnce(attempt), {
        tries: request.tries ?? options.maxTries ?? LIMITS.tries,
        signal: request.signal,
        random: options.random ?? Math.random,
        sleep: options.sleep ?? sleep,
        onRetry: (failed, delayMs, error) =>
          options.onRetry?.({ ...name, attempt: failed, delayMs, reason: error.message }),
      });
    },
    [Symbol.asyncDispose]: () => dispatchers[Symbol.asyncDispose](),
  };
}
