import { BaleError, isRegistryHost, type LongCallOptions } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import type { PingReport } from "./registry-types.js";

/**
 * `bale registry ping HOST`. That a registry is not there, is none or refuses is part of the report.
 * @throws BaleError `REFERENCE_INVALID`, `CROSS_ORIGIN`, `REDIRECT`, `OFFLINE`, `INTERRUPTED`
 */
export async function ping(
  context: ClientContext,
  host: string,
  options: LongCallOptions = {},
): Promise<PingReport> {
  if (!isRegistryHost(host))
    throw new BaleError({
      code: "REFERENCE_INVALID",
      message: `not a registry host: ${JSON.stringify(host.slice(0, 200))}`,
      fix: "write a host such as ghcr.io or localhost:5000",
    });
  // The name is never asked for: a ping is about the registry. It only has to be one that the grammar knows.
  const remote = await context.openRemote({ kind: "registry", registry: host, repository: "ping" });
  const started = performance.now();
  const result = await remote.ping(options);
  const { firstMs = performance.now() - started } = result.details ?? {};
  return { host, ...result, latencyMs: Math.round(firstMs) };
}
