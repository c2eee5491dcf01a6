import { BaleError, type HttpRequest } from "@bale/spec";
import { classifyFailure } from "./classify-failure.js";
import { exchange, type RawAnswer } from "./exchange.js";
import type { HostPacer } from "./host-pacer.js";
import { discardBody } from "./http-response.js";
import type { OriginDispatchers } from "./origin-dispatchers.js";
import { type Hop, isRedirect, nextHop } from "./redirects.js";
import { formatRequest, nameRequest, type RequestName, requestContext } from "./request-name.js";
import type { Stage } from "./transport-failure.js";

export interface WalkInput {
  readonly dispatchers: OriginDispatchers;
  readonly pacer: HostPacer;
  readonly request: HttpRequest;
  readonly start: Hop;
  readonly silenceMs: number;
}
/** Where a request ended up. */
export type WalkResult =
  | { readonly ok: true; readonly answer: RawAnswer; readonly url: URL; readonly name: RequestName }
  | { readonly ok: false; readonly error: BaleError; readonly stage: Stage };

function refuseEncoding(answer: RawAnswer, name: RequestName): void {
  const encoding = (answer.headers["content-encoding"] ?? "").trim().toLowerCase();
  if (
    encoding === "" ||
    encoding === "identity" ||
    name.method === "HEAD" ||
    answer.status === 204 ||
    answer.status >= 300
  )
    return;
  answer.abandon();
  // A digest is over the bytes as stored; and decoders are where bombs go off (CVE-2026-22036, CVE-2024-22025).
  throw new BaleError({
    code: "UNSUPPORTED",
    message: `${formatRequest(name)}: the answer is encoded, though that was ruled out`,
    why: "it has a Content-Encoding; a proxy in between may have added it",
    fix: "turn compression off for registry traffic",
    context: requestContext(name, { status: answer.status }),
  });
}

/** Sends one request and follows redirects for GET and HEAD. @throws BaleError `REDIRECT`, `UNSUPPORTED` */
export async function walkRedirects(input: WalkInput): Promise<WalkResult> {
  const { request } = input;
  const follow = (request.follow ?? true) && (request.method === "GET" || request.method === "HEAD");
  const visited: [Hop, ...Hop[]] = [input.start];
  let hop = input.start;
  for (;;) {
    const { url } = hop;
    const name = nameRequest(request.method, url);
    // What a redirect leads to was not named by the caller, who may be allowed less, or something else, there.
    const access = url.origin === input.start.url.origin ? request.access : undefined;
    const { route, rateLimit } = await input.dispatchers.way(url, access);
    await input.pacer.turn(url.origin, rateLimit, request.signal);
    const viaProxy = route.absolute && route.proxy?.authorization !== undefined;
    // The pool frees a connection one turn after its answer ended; asking sooner would open another one.
    await new Promise((resolve) => setImmediate(resolve));
    const result = await exchange({
      dispatcher: route.dispatcher,
      origin: route.origin,
      target: `${route.absolute ? url.origin : ""}${url.pathname}${url.search}`,
      method: request.method,
      headers: {
        ...hop.headers,
        ...(route.absolute ? { host: url.host } : {}),
        ...(viaProxy ? { "proxy-authorization": route.proxy?.authorization ?? "" } : {}),
      },
      body: request.body,
      signal: request.signal,
      silenceMs: input.silenceMs,
      onBytes: request.onBytes,
      classify: (failure) => classifyFailure({ ...failure, request: name, proxy: route.proxy?.host }),
    });
    if (!result.ok) {
      const { failure } = result;
      return {
        ok: false,
        error: classifyFailure({ ...failure, request: name, proxy: route.proxy?.host }),
        stage: failure.stage,
      };
    }
    const { answer } = result;
    if (!follow || !isRedirect(answer.status) || request.accept?.includes(answer.status)) {
      refuseEncoding(answer, name);
      return { ok: true, answer, url, name };
    }
    try {
      hop = nextHop(answer.headers["location"], visited);
    } catch (error) {
      answer.abandon();
      throw error;
    }
    await discardBody(answer);
    visited.push(hop);
  }
}
