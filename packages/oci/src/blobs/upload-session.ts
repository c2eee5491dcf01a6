import { BaleError, type CallOptions, type HttpResponse } from "@bale/spec";
import { exchangeName, type RegistryExchange, send } from "../registry/registry-exchange.js";
import { readFailure } from "../registry/registry-failure.js";
import { resolveLocation } from "./resolve-location.js";

const CANCEL_MS = 5_000;
// Ctrl-C has to end within a second.
const CANCEL_AFTER_ABORT_MS = 700;

/** An upload that the registry has opened. `location` is always the newest one: distribution carries state in it. */
export interface UploadSession {
  readonly location: URL;
  /** Bounds on a chunk that the registry stated, in bytes. */
  readonly chunkMin?: number | undefined;
  readonly chunkMax?: number | undefined;
}

function byteCount(header: string | undefined): number | undefined {
  return header !== undefined && /^[0-9]{1,15}$/.test(header) ? Number(header) : undefined;
}

/** The session as the answer to its opening states it. @throws BaleError `SERVER` without a Location, `CROSS_ORIGIN` */
export function openedSession(exchange: RegistryExchange, asked: URL, response: HttpResponse): UploadSession {
  const location = response.headers["location"];
  if (location === undefined)
    throw new BaleError({
      code: "SERVER",
      message: `${exchange.registry} opened an upload without saying where`,
      why: "the answer has no Location",
      context: { repository: exchangeName(exchange) },
    });
  return {
    location: resolveLocation(exchange, asked, location),
    chunkMin: byteCount(response.headers["oci-chunk-min-length"]),
    chunkMax: byteCount(response.headers["oci-chunk-max-length"]),
  };
}

/** The session after an answer that may have moved it. */
export function movedSession(
  exchange: RegistryExchange,
  session: UploadSession,
  response: HttpResponse,
): UploadSession {
  const location = response.headers["location"];
  if (location === undefined) return session;
  return { ...session, location: resolveLocation(exchange, session.location, location) };
}

/** @throws BaleError `NOT_FOUND`, `CAPABILITY_MISSING`, and what the connection met */
export async function beginUpload(exchange: RegistryExchange, options: CallOptions): Promise<UploadSession> {
  const target = new URL(`/v2/${exchange.repository}/blobs/uploads/`, exchange.origin);
  const response = await send(exchange, {
    method: "POST",
    target,
    actions: ["pull", "push"],
    body: new Uint8Array(0),
    accept: [200, 201, 202, 400, 404, 405],
    // A second session does no harm: the registry drops the first one in time.
    idempotent: true,
    signal: options.signal,
  });
  if (response.status < 300) {
    await response.discard();
    return openedSession(exchange, target, response);
  }
  const failure = await readFailure(response);
  throw new BaleError(
    failure.status === 405
      ? {
          code: "CAPABILITY_MISSING",
          message: `${exchange.registry} takes no uploads`,
          why: failure.text,
          context: { repository: exchangeName(exchange) },
        }
      : {
          code: "NOT_FOUND",
          message: `no upload to ${exchangeName(exchange)} could be opened`,
          why: failure.text,
          fix: "create the repository first, if this registry does not do so on push",
          context: { repository: exchangeName(exchange), status: failure.status },
        },
  );
}

/** Gives an upload up, so that no partial one stays behind. Best effort, also while stopping. */
export async function cancelUpload(
  exchange: RegistryExchange,
  session: UploadSession,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    const response = await send(exchange, {
      method: "DELETE",
      target: session.location,
      actions: ["pull", "push"],
      // 404 and 400: distribution 2.8 and ggcr do not cancel.
      accept: [200, 202, 204, 400, 404, 405],
      tries: 1,
      signal: AbortSignal.timeout(signal?.aborted ? CANCEL_AFTER_ABORT_MS : CANCEL_MS),
    });
    await response.discard();
  } catch (error) {
    exchange.log("debug", "an upload could not be cancelled", { reason: String(error) });
  }
}
