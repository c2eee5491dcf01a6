import type { IncomingMessage, ServerResponse } from "node:http";
import type { OpenRecord } from "../request-record.js";

/** One request and its answer on the wire. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly record: OpenRecord;
}

/** Ends the connection at once: by RST on plain TCP, by closing it under TLS, whose sockets cannot be reset. */
export function cutConnection(exchange: Exchange): void {
  const { socket } = exchange.request;
  exchange.record.endedAt = Date.now();
  if (socket.destroyed) return;
  if ("encrypted" in socket) socket.destroy();
  else socket.resetAndDestroy();
}
