import { BaleError, type CallOptions, type Digest, type Tag } from "@bale/spec";
import { describeManifest } from "./describe-manifest.js";
import { exchangeName, type RegistryExchange, send } from "./registry-exchange.js";
import { type RegistryFailure, readFailure } from "./registry-failure.js";

function unsupported(exchange: RegistryExchange, what: string, failure: RegistryFailure): BaleError {
  return new BaleError({
    code: "CAPABILITY_MISSING",
    message: `the registry ${exchange.registry} does not delete ${what}`,
    why: failure.text,
    fix: "use the registry's own interface, or enable deletion in its configuration",
    context: { repository: exchangeName(exchange), status: failure.status },
  });
}

function absent(exchange: RegistryExchange, reference: Tag | Digest): BaleError {
  return new BaleError({
    code: "NOT_FOUND",
    message: `no ${reference} in ${exchangeName(exchange)}`,
    context: { repository: exchangeName(exchange), reference },
  });
}

async function remove(
  exchange: RegistryExchange,
  reference: Tag | Digest,
  what: string,
  options: CallOptions,
): Promise<void> {
  if (!(await describeManifest(exchange, reference, options))) throw absent(exchange, reference);
  const response = await send(exchange, {
    method: "DELETE",
    target: `manifests/${reference}`,
    actions: ["pull", "delete"],
    accept: [200, 202, 204, 400, 404, 405, 409, 501],
    signal: options.signal,
  });
  if (response.status < 300) return response.discard();
  const failure = await readFailure(response);
  // 404 is both "not supported" and what a repeated request gets after the first one's answer was lost.
  if (failure.status === 404 && !(await describeManifest(exchange, reference, options))) return;
  throw unsupported(exchange, what, failure);
}

/**
 * Removes a name; the manifest is never deleted instead, since other tags may hold it.
 * @throws BaleError `CAPABILITY_MISSING`, `NOT_FOUND`
 */
export function deleteTag(exchange: RegistryExchange, tag: Tag, options: CallOptions = {}): Promise<void> {
  return remove(exchange, tag, "tags", options);
}

/**
 * Removes a manifest together with all tags that point to it.
 * @throws BaleError `CAPABILITY_MISSING`, `NOT_FOUND`
 */
export function deleteManifest(
  exchange: RegistryExchange,
  digest: Digest,
  options: CallOptions = {},
): Promise<void> {
  return remove(exchange, digest, "manifests", options);
}
