import { BaleError } from "@bale/spec";
import type { KnownSecrets } from "./known-secrets.js";
import { brokenContract } from "./plugin-errors.js";
import { causeText, ownError, quotedCause } from "./safe-cause.js";

export interface GuardLimits {
  /** Milliseconds within which a plugin answers a question that needs no long work. */
  readonly openMs: number;
  /** Milliseconds without any sign of life after which a transfer is given up. */
  readonly stallMs: number;
  /** Milliseconds that a plugin has to clean up after an abort. */
  readonly abortMs: number;
}
interface LongCall {
  readonly doing: string;
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
}
/** Runs the code of one plugin: whatever that does, the rest of bale meets a value or one error that names it. */
export interface PluginGuard {
  readonly plugin: string;
  readonly limits: GuardLimits;
  readonly secrets: KnownSecrets;
  /** Quick and synchronous. */
  readonly now: <Value>(doing: string, call: () => Value) => Value;
  /** Gives up at the limit, and some time after an abort; `alive` puts the limit off. What the plugin throws comes out as it is. */
  readonly long: <Value>(
    options: LongCall,
    call: (alive: () => void) => Value | Promise<Value>,
  ) => Promise<Value>;
  /** The same for a question that is answered soon; what the plugin throws comes out as an error that names it. */
  readonly ask: <Value>(doing: string, call: () => Value | Promise<Value>) => Promise<Value>;
  /** Whatever the plugin threw, as the error to throw in its place. */
  readonly failure: (doing: string, cause: unknown) => BaleError;
  /** A value that the contract does not allow. */
  readonly rubbish: (doing: string, why: string) => BaleError;
}

function interrupted(signal: AbortSignal): BaleError {
  const reason: unknown = signal.reason;
  return BaleError.is(reason)
    ? reason
    : new BaleError({ code: "INTERRUPTED", message: "stopped on request", cause: reason });
}

function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${Math.round(milliseconds / 1000)} seconds`;
}

/** Rejects when nothing was heard for too long, or an abort was not heeded; `stop` ends the watch. */
function watchCall(plugin: string, { doing, limitMs, signal }: LongCall, abortMs: number) {
  let timer: NodeJS.Timeout | undefined;
  let heardAt = performance.now();
  let giveUp: (error: BaleError) => void = () => {};
  const over = new Promise<never>((_resolve, reject) => {
    giveUp = reject;
  });
  const look = (): void => {
    const left = heardAt + limitMs - performance.now();
    if (left > 0) timer = setTimeout(look, left);
    else giveUp(brokenContract(plugin, doing, `nothing was heard of it for ${seconds(limitMs)}`));
  };
  const onAbort = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => giveUp(interrupted(signal as AbortSignal)), abortMs);
  };
  if (signal?.aborted) onAbort();
  else {
    timer = setTimeout(look, limitMs);
    signal?.addEventListener("abort", onAbort, { once: true });
  }
  return {
    over,
    alive: () => {
      heardAt = performance.now();
    },
    stop: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}

/** Closes what a plugin opened after it was given up. */
async function disposeLate(value: unknown): Promise<void> {
  try {
    await (value as Partial<AsyncDisposable> | undefined)?.[Symbol.asyncDispose]?.();
  } catch {
    // Nobody waits for it any more.
  }
}

export function createPluginGuard(plugin: string, limits: GuardLimits, secrets: KnownSecrets): PluginGuard {
  const long: PluginGuard["long"] = async (options, call) => {
    const watch = watchCall(plugin, options, limits.abortMs);
    // A promise of the plugin's own making is adopted inside, so that a thenable that throws is only one more failure.
    const answer = (async () => await call(watch.alive))();
    let inTime = false;
    try {
      const value = await Promise.race([answer, watch.over]);
      inTime = true;
      return value;
    } finally {
      watch.stop();
      if (!inTime) answer.then(disposeLate, () => {});
    }
  };
  const failure = (doing: string, cause: unknown): BaleError =>
    ownError(cause, secrets) ??
    brokenContract(plugin, doing, causeText(cause, secrets), quotedCause(cause, secrets));
  return {
    plugin,
    limits,
    secrets,
    failure,
    rubbish: (doing, why) => brokenContract(plugin, doing, why),
    now: (doing, call) => {
      try {
        return call();
      } catch (error) {
        throw failure(doing, error);
      }
    },
    long,
    ask: async (doing, call) => {
      try {
        return await long({ doing, limitMs: limits.openMs }, call);
      } catch (error) {
        throw failure(doing, error);
      }
    },
  };
}
