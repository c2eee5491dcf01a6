import { type Digest, type HttpResponse, isDigest } from "@bale/spec";
import type { RegistryExchange } from "./registry-exchange.js";

/**
 * The sha256 that an answer states of its content; `undefined` where it states none, another algorithm's (distribution answers sha256 to sha512),
 * or where the profile says that this registry's word is not to be believed.
 */
export function statedDigest(exchange: RegistryExchange, response: HttpResponse): Digest | undefined {
  const header = response.headers["docker-content-digest"];
  return exchange.profile.statesDigest && isDigest(header) ? header : undefined;
}
