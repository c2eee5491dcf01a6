import type { IncomingMessage, ServerResponse } from "node:http";
import { type Answer, errorAnswer } from "../answer.js";
import type { Call, RegistryContext } from "../api/context.js";
import type { Gate } from "../auth/gate.js";
import { planDelivery, uploadCut } from "../faults/delivery.js";
import { changeAnswer } from "../faults/fault-answer.js";
import { answerFromFaults } from "../faults/fault-before.js";
import type { FaultSet } from "../faults/fault-set.js";
import type { ListenerName, RequestLog } from "../request-record.js";
import { answerCall } from "./answer-call.js";
import { cutConnection, type Exchange } from "./exchange.js";
import { finishAnswer } from "./finish-answer.js";
import { BodyCutError, BodyTooLargeError, readRequestBody } from "./request-body.js";
import { sendAnswer } from "./send-answer.js";
import type { ServiceLimits } from "./service-limits.js";

/** All that serving needs beyond the API's own context. */
export interface Service {
  readonly context: RegistryContext;
  readonly faults: FaultSet;
  readonly log: RequestLog;
  readonly gate: Gate;
  readonly limits: ServiceLimits;
  /** Aborted when the registry closes: ends all waits. */
  readonly closing: AbortSignal;
}

/** Serves one request: faults before, the work, faults after, the sending. Never rejects. */
export async function serveRequest(
  service: Service,
  listener: ListenerName,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange: Exchange = { request, response, record: service.log.begin(listener, request) };
  const { method, path } = exchange.record;
  const met = service.faults.meet(listener, method, path);
  // A client that goes away while it is being answered is no event for the registry.
  response.on("error", () => undefined);
  try {
    const early = await answerFromFaults(met, service.closing);
    const meant = early ?? (await work(service, listener, exchange, uploadCut(met)));
    const answer = await changeAnswer(method, meant, met);
    await sendAnswer(exchange, answer, planDelivery(met), service.closing);
  } catch (error) {
    if (error instanceof BodyCutError || response.headersSent) return cutConnection(exchange);
    const message = error instanceof Error ? error.message : String(error);
    await sendAnswer(exchange, errorAnswer(500, "UNKNOWN", message), {}, service.closing);
  }
}

async function work(
  service: Service,
  listener: ListenerName,
  exchange: Exchange,
  cutAfterBytes: number | undefined,
): Promise<Answer> {
  const { request } = exchange;
  const quirks = service.context.quirks();
  const maxBytes = quirks.maxRequestBytes;
  const tooLarge = errorAnswer(413, "SIZE_INVALID", "request entity too large");
  if (maxBytes !== undefined && Number(request.headers["content-length"] ?? 0) > maxBytes) return tooLarge;
  const call: Call = {
    listener,
    method: exchange.record.method,
    url: new URL(service.context.origins[listener] + exchange.record.path),
    headers: request.headers,
    body: readRequestBody(exchange, { cutAfterBytes, maxBytes }),
  };
  try {
    const answer = await answerCall(service, call);
    // A cut that falls into a body which the registry did not want still has to come.
    if (cutAfterBytes !== undefined) for await (const _ of call.body);
    return await finishAnswer(quirks, request.headers["accept-encoding"], answer);
  } catch (error) {
    if (error instanceof BodyTooLargeError) return tooLarge;
    throw error;
  }
}
