import { BaleError } from "@bale/spec";
import { interrupted } from "./classify-failure.js";
import { retryDelay } from "./retry-policy.js";

/** One try: either its value, or an error and whether another try makes sense. */
export type TryResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: BaleError; readonly repeat: boolean };

export interface RetryLoopOptions {
  readonly tries: number;
  readonly signal?: AbortSignal | undefined;
  readonly random: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly onRetry?: ((attempt: number, delayMs: number, error: BaleError) => void) | undefined;
}

/** Runs `attempt` until it succeeds, must not be repeated, or `tries` are used up. A wait that a server asked for is a lower bound. */
export async function retryLoop<Value>(
  attempt: () => Promise<TryResult<Value>>,
  options: RetryLoopOptions,
): Promise<Value> {
  for (let failed = 1; ; failed++) {
    if (options.signal?.aborted) throw interrupted(options.signal);
    const result = await attempt();
    if (result.ok) return result.value;
    if (!result.repeat || failed >= options.tries) throw result.error;
    const asked = result.error.retry.kind === "after" ? result.error.retry.milliseconds : 0;
    const delay = asked + retryDelay(failed, options.random);
    options.onRetry?.(failed, delay, result.error);
    try {
      await options.sleep(delay, options.signal);
    } catch (error) {
      throw options.signal?.aborted ? interrupted(options.signal) : error;
    }
  }
}

/**
 * Repeats a whole task, such as a request together with the reading of its body, while its error says that this can help.
 * @throws BaleError the last one, or `INTERRUPTED`
 */
export function retryFailures<Value>(task: () => Promise<Value>, options: RetryLoopOptions): Promise<Value> {
  return retryLoop(async () => {
    try {
      return { ok: true, value: await task() };
    } catch (error) {
      if (!BaleError.is(error)) throw error;
      return { ok: false, error, repeat: error.retry.kind !== "never" };
    }
  }, options);
}
