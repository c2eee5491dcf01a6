import type { ServerResponse } from "node:http";
import type { Answer } from "../answer.js";
import type { Delivery } from "../faults/delivery.js";
import { pause } from "../pause.js";
import { cutConnection, type Exchange } from "./exchange.js";
import { splitForDelivery } from "./split-for-delivery.js";

/** Sends an answer as the delivery says. Ends quietly when the client goes away. */
export async function sendAnswer(
  exchange: Exchange,
  answer: Answer,
  delivery: Delivery,
  closing: AbortSignal,
): Promise<void> {
  const { request, response, record } = exchange;
  if (answer.status === 0 || delivery.lost === true) return cutConnection(exchange);
  if (delivery.stall?.afterBytes === 0) await pause(delivery.stall.milliseconds, closing);
  if (response.destroyed) return;
  record.status = answer.status;
  response.writeHead(answer.status, { ...answer.headers });
  const body = request.method === "HEAD" ? undefined : answer.body;
  if (Object.keys(delivery).length === 0) {
    for await (const chunk of body?.open() ?? []) {
      record.responseBytes += chunk.length;
      if (!response.write(chunk)) await drained(response);
      if (response.destroyed) return;
    }
  } else {
    response.flushHeaders();
    for await (const step of splitForDelivery(body, delivery)) {
      if (step.waitFirst !== undefined) await pause(step.waitFirst.milliseconds, closing);
      if (response.destroyed) return;
      record.responseBytes += step.bytes.length;
      await new Promise<void>((resolve) => {
        response.once("close", resolve);
        response.write(step.bytes, () => {
          response.off("close", resolve);
          resolve();
        });
      });
    }
    if (isCutShort(delivery, body?.size ?? 0)) {
      record.endedAt = Date.now();
      if (delivery.resetAfterBytes === undefined) return request.socket.destroySoon();
      return cutConnection(exchange);
    }
  }
  record.endedAt = Date.now();
  // What is left of a body that was refused has to be read, or the connection's next request would never be seen.
  request.resume();
  response.end(() => {
    if (delivery.resetWhenDone === true) cutConnection(exchange);
  });
}

function isCutShort(delivery: Delivery, size: number): boolean {
  const { resetAfterBytes = size + 1, endAfterBytes = size } = delivery;
  return resetAfterBytes <= size || endAfterBytes < size;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      response.off("drain", finish);
      response.off("close", finish);
      resolve();
    };
    response.on("drain", finish);
    response.on("close", finish);
  });
}
