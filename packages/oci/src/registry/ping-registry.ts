import { BaleError, type CallOptions, type PingResult } from "@bale/spec";
import type { RegistryExchange } from "./registry-exchange.js";

/** `GET /v2/`: whether the registry answers, and whether it took the credentials, if it wants any. Never throws for what it is asked about. */
export async function pingRegistry(
  exchange: RegistryExchange,
  options: CallOptions = {},
): Promise<PingResult> {
  try {
    const response = await exchange.http.request({
      method: "GET",
      url: new URL("/v2/", exchange.origin).href,
      access: { actions: [] },
      accept: [200, 404],
      signal: options.signal,
    });
    await response.discard();
    // A registry under test of its API version may answer 404 to `/v2/` only by not being one.
    return { reachable: response.status === 200, authenticated: response.status === 200 };
  } catch (error) {
    if (!BaleError.is(error)) throw error;
    if (error.kind === "unauthenticated" || error.kind === "permission-denied")
      return { reachable: true, authenticated: false };
    if (error.kind !== "unavailable" && error.kind !== "timeout" && error.kind !== "rate-limited")
      throw error;
    exchange.log("warn", error.message, { registry: exchange.registry, code: error.code });
    return { reachable: error.kind === "rate-limited", authenticated: false };
  }
}
