import type { Classified, ErrorKind, Retry } from "@bale/spec";
import type { PluginGuard } from "./plugin-guard.js";
import { memberOf, ownError, quotedCause, retryOf } from "./safe-cause.js";

const KINDS: Readonly<Record<ErrorKind, true>> = {
  "invalid-input": true,
  "invalid-config": true,
  unsupported: true,
  "not-found": true,
  "already-exists": true,
  conflict: true,
  "precondition-failed": true,
  unauthenticated: true,
  "permission-denied": true,
  integrity: true,
  unsafe: true,
  "rate-limited": true,
  unavailable: true,
  timeout: true,
  "resource-exhausted": true,
  cancelled: true,
  internal: true,
};
/** Kinds that say no more than that something is wrong with the driver: the error then names the plugin. */
const UNKNOWN: ReadonlySet<ErrorKind> = new Set<ErrorKind>(["internal", "invalid-input"]);

/** What a check of an answer gives for one that the contract does not know. */
export const RUBBISH: unique symbol = Symbol("rubbish");

export interface DriverCall {
  /** `reading from a store of type "x"` */
  readonly doing: string;
  readonly signal?: AbortSignal | undefined;
}
/** The calls of one driver. */
export interface DriverCalls {
  readonly guard: PluginGuard;
  /** What the driver says of a cause, if that is of the right form. */
  readonly classify: (cause: unknown) => Classified | undefined;
  /** What to throw for what the driver threw: its own cause, without secrets, where that says enough; else an error that names the plugin. */
  readonly thrown: (call: DriverCall, cause: unknown) => unknown;
  /** A question that is answered soon, and whose answer the asker checks. */
  readonly ask: <Value>(doing: string, run: () => Value | Promise<Value>) => Promise<Value>;
  /** One call: its answer, as `take` copies it. */
  readonly call: <Value>(
    call: DriverCall,
    run: (alive: () => void) => unknown,
    take: (answer: unknown) => Value | typeof RUBBISH,
  ) => Promise<Value>;
}

function isKind(value: unknown): value is ErrorKind {
  return typeof value === "string" && Object.hasOwn(KINDS, value);
}

// Causes that are thrown in place of others, with what a driver said of those; made here alone, so that whoever asks gets the same answer.
const judged = new WeakMap<object, Classified>();

export function createDriverCalls(guard: PluginGuard, classify: (cause: unknown) => unknown): DriverCalls {
  const judge = (cause: unknown): Classified | undefined => {
    const known = typeof cause === "object" && cause !== null ? judged.get(cause) : undefined;
    if (known) return known;
    try {
      const answer = classify(cause);
      const kind = memberOf(answer, "kind");
      const retry: Retry | undefined = retryOf(memberOf(answer, "retry"));
      return isKind(kind) ? { kind, ...(retry ? { retry } : {}) } : undefined;
    } catch {
      return undefined;
    }
  };

  const thrown: DriverCalls["thrown"] = ({ doing, signal }, cause) => {
    const own = ownError(cause, guard.secrets);
    if (own) return own;
    if (signal?.aborted) return cause;
    const verdict = judge(cause);
    const errno = memberOf(cause, "code");
    const isLocal = typeof errno === "string" && /^E[A-Z0-9]+$/.test(errno);
    if (verdict ? UNKNOWN.has(verdict.kind) : !isLocal) return guard.failure(doing, cause);
    const quoted = quotedCause(cause, guard.secrets);
    if (verdict) judged.set(quoted, verdict);
    return quoted;
  };

  return {
    guard,
    classify: judge,
    thrown,
    ask: async (doing, run) => {
      try {
        return await guard.long({ doing, limitMs: guard.limits.openMs }, run);
      } catch (cause) {
        throw thrown({ doing }, cause);
      }
    },
    call: async (call, run, take) => {
      let answer: unknown;
      try {
        answer = await guard.long({ ...call, limitMs: guard.limits.stallMs }, run);
      } catch (cause) {
        throw thrown(call, cause);
      }
      const taken = guard.now(call.doing, () => take(answer));
      if (taken === RUBBISH)
        throw guard.rubbish(call.doing, "it gave an answer that the contract does not know");
      return taken;
    },
  };
}
