import { type Answer, errorAnswer } from "../answer.js";
import { blobAnswer } from "../api/blob-read.js";
import type { Call } from "../api/context.js";
import { dispatch } from "../api/dispatch.js";
import { presignedPath } from "../api/presigned-urls.js";
import { proxyPrefix } from "../api/upload-answers.js";
import { parseRoute } from "../route.js";
import { collectBody } from "./request-body.js";
import type { Service } from "./serve-request.js";

/** The path of the token endpoint on both listeners. */
export const tokenPath = "/token";

const mostFormBytes = 64 * 1024;

/** Finds who answers: the token endpoint, the second origin, or the API behind its limits and its gate. */
export async function answerCall(service: Service, call: Call): Promise<Answer> {
  const notFound = errorAnswer(404, "UNSUPPORTED", "page not found");
  if (call.url.pathname === tokenPath) return (await answerToken(service, call)) ?? notFound;
  return (
    (call.listener === "second" ? await answerElsewhere(service, call) : await answerApi(service, call)) ??
    notFound
  );
}

async function answerApi(service: Service, call: Call): Promise<Answer | undefined> {
  const { pathname, searchParams } = call.url;
  const behindProxy = pathname.startsWith(`${proxyPrefix}/`);
  const route = parseRoute(behindProxy ? pathname.slice(proxyPrefix.length) : pathname);
  if (route === undefined) return undefined;
  const quirks = service.context.quirks();
  const { authorization } = call.headers;
  return (
    service.limits.rate(quirks) ??
    service.gate.check(route, call.method, searchParams, authorization) ??
    (await service.limits.upload(quirks, route, call.method, () => dispatch(service.context, call, route)))
  );
}

/** The second origin opens presigned blobs and goes on with upload sessions; it asks for no credentials. */
async function answerElsewhere(service: Service, call: Call): Promise<Answer | undefined> {
  const { context } = service;
  if (call.url.pathname.startsWith(presignedPath)) {
    const target = context.presigned.redeem(call.url, call.headers.authorization);
    if ("status" in target) return target;
    const blob = context.store.blob(target.repository, target.digest);
    return blob === undefined ? undefined : blobAnswer(context, call, target.digest, blob);
  }
  const route = parseRoute(call.url.pathname);
  return route?.kind === "upload" ? dispatch(context, call, route) : undefined;
}

async function answerToken(service: Service, call: Call): Promise<Answer | undefined> {
  const form = call.method === "POST" ? await collectBody(call.body, mostFormBytes) : undefined;
  const tokenCall = {
    method: call.method,
    query: call.url.searchParams,
    authorization: call.headers.authorization,
    form: new URLSearchParams(form?.toString("utf8") ?? ""),
  };
  return service.gate.token(tokenCall, service.closing);
}
