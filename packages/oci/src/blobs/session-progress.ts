import type { CallOptions, HttpResponse } from "@bale/spec";
import { type RegistryExchange, send } from "../registry/registry-exchange.js";
import { mayPassLater } from "../retry-pause.js";
import { movedSession, type UploadSession } from "./upload-session.js";

/** How many bytes the registry says it has: `Range: 0-99` is 100, and none is 0. `undefined`: it does not say. */
export function keptBytes(response: Pick<HttpResponse, "headers">): number | undefined {
  const match = /^(?:bytes[ =])?0-([0-9]{1,15})$/.exec(response.headers["range"]?.trim() ?? "");
  return match ? Number(match[1]) + 1 : undefined;
}

export interface SessionProgress {
  readonly session: UploadSession;
  readonly kept: number;
}

/**
 * Asks an upload how far it got. `undefined`: it is lost, or the registry does not tell, so a new one has to begin.
 * A Range of `0-0` is one byte by the spec and none by distribution; it counts as not telling.
 */
export async function askProgress(
  exchange: RegistryExchange,
  session: UploadSession,
  options: CallOptions,
): Promise<SessionProgress | undefined> {
  if (!exchange.profile.sessionStatus) return undefined;
  try {
    const response = await send(exchange, {
      method: "GET",
      target: session.location,
      actions: ["pull", "push"],
      accept: [200, 202, 204, 400, 404, 405, 416],
      follow: false,
      signal: options.signal,
    });
    await response.discard();
    const kept = keptBytes(response);
    if (response.status !== 204 || kept === undefined || kept === 1) return undefined;
    return { session: movedSession(exchange, session, response), kept };
  } catch (error) {
    if (mayPassLater(error)) return undefined;
    throw error;
  }
}
