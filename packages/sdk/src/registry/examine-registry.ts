import { createTaskLog } from "@bale/engine";
import { BaleError, type LongCallOptions, type RegistryHealth } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";

export interface ExamineRegistryOptions extends LongCallOptions {
  /** Makes no request: each finding says what would be tried. */
  readonly dryRun?: boolean | undefined;
}

/**
 * `bale registry doctor REF`. What is found out is the caller's to keep: the client knows no place for it.
 * @throws BaleError `REFERENCE_INVALID`, `UNSUPPORTED` for what is in no registry, and what stands in the way of any answer: `CONNECT_FAILED`,
 *   `TLS`, `TIMEOUT`, `AUTH_FAILED`, `DENIED`, `RATE_LIMITED`
 */
export async function examineRegistry(
  context: ClientContext,
  reference: string,
  options: ExamineRegistryOptions = {},
): Promise<RegistryHealth> {
  const parsed = context.parse(reference);
  const remote = parsed.kind === "registry" ? await context.openRemote(parsed) : undefined;
  if (parsed.kind !== "registry" || !remote?.examine)
    throw new BaleError({
      code: "UNSUPPORTED",
      message: `there is no registry to examine in ${JSON.stringify(reference)}`,
      why: "layouts and archives have no habits that could be found out",
      fix: "name a repository of a registry: ghcr.io/acme/app",
    });
  const { signal, onProgress, dryRun } = options;
  const task = createTaskLog(onProgress).start("upload", parsed.registry, undefined, "bytes");
  try {
    const { tag, digest } = parsed;
    const health = await remote.examine({ tag, digest, dryRun, signal, onBytes: task.advance });
    task.end("completed");
    return health;
  } catch (error) {
    task.end(signal?.aborted ? "cancelled" : "failed");
    throw error;
  }
}
