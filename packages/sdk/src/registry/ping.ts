import { BaleError, isRegistryHost, type LongCallOptions } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import type { PingReport } from "./registry-types.js";

/** `bale registry ping HOST`. @throws BaleError `REFERENCE_INVALID`, `CONNECT_FAILED`, `TLS`, `TIMEOUT`, `AUTH_FAILED` */
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
  return { host, ...result, latencyMs: Math.round(performance.now() - started) };
}
