import { cutConnection, type Exchange } from "./exchange.js";

/** The connection ended while the body was on its way; there is nobody left to answer. */
export class BodyCutError extends Error {
  override readonly name: string = "BodyCutError";
}

/** The body is longer than the registry takes. */
export class BodyTooLargeError extends Error {
  override readonly name: string = "BodyTooLargeError";
}

export interface BodyLimits {
  /** Cut the connection after this many bytes. */
  readonly cutAfterBytes: number | undefined;
  readonly maxBytes: number | undefined;
}

/**
 * The request's body in pieces, counted in the record. Leaving the loop early keeps the connection, so that an answer can still be sent.
 * Throws BodyCutError when the client or a fault ends the connection, BodyTooLargeError above `maxBytes`.
 */
export async function* readRequestBody(exchange: Exchange, limits: BodyLimits): AsyncGenerator<Buffer> {
  const { request, record } = exchange;
  const { cutAfterBytes = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = limits;
  const chunks: AsyncIterator<Buffer> = request.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const step = await chunks.next().catch((cause: unknown) => {
        throw new BodyCutError("the client ended the connection", { cause });
      });
      if (step.done === true) return;
      const wanted = cutAfterBytes - record.requestBytes;
      const chunk = step.value.subarray(0, Math.min(step.value.length, wanted));
      record.requestBytes += chunk.length;
      if (record.requestBytes > maxBytes) throw new BodyTooLargeError("the request body is too large");
      if (chunk.length > 0) yield chunk;
      if (record.requestBytes >= cutAfterBytes) {
        cutConnection(exchange);
        throw new BodyCutError("a fault ended the connection");
      }
    }
  } finally {
    // Lets go of the request, so that whoever answers can have the rest read away.
    await chunks.return?.();
  }
}

/** Collects a body; undefined when it is longer than the limit. */
export async function collectBody(body: AsyncIterable<Buffer>, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
