import { BaleError, type RemoteRepository } from "@bale/spec";
import type { Log } from "../registry/registry-options.js";

/** Whether a mirror is still asked; the same for all its repositories, as long as a command runs. */
export interface Standing {
  /** Aborts when the mirror is left out. */
  readonly out: AbortSignal;
  /** Leaves the mirror out from now on, with one notice. */
  readonly leaveOut: (why: string) => void;
}
/** The repository as one mirror has it. */
export interface Mirror {
  /** As the user wrote it. */
  readonly name: string;
  readonly remote: RemoteRepository;
  /** Whether tags are looked up here. */
  readonly tags: boolean;
  readonly standing: Standing;
}
export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** How long the first answer may take, in milliseconds. */
  readonly patienceMs: number;
}

export function createStanding(name: string, log: Log): Standing {
  const out = new AbortController();
  return {
    out: out.signal,
    leaveOut: (why) => {
      if (out.signal.aborted) return;
      out.abort();
      log("warn", `the mirror ${name} is not asked any more: ${why}`);
    },
  };
}

/**
 * What a mirror answers; `undefined` where it has nothing, is left out, or failed, for which it is left out. Only what the caller did ends in
 * an error. The signal goes on to stop what the task has begun.
 */
export async function askMirror<Value>(
  { standing }: Mirror,
  { patienceMs, signal }: Patience,
  task: (signal: AbortSignal) => Promise<Value>,
): Promise<Value | undefined> {
  if (standing.out.aborted) return undefined;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patienceMs);
  try {
    return await task(AbortSignal.any([standing.out, late.signal, ...(signal ? [signal] : [])]));
  } catch (error) {
    if (signal?.aborted || !BaleError.is(error)) throw error;
    if (error.kind !== "not-found")
      standing.leaveOut(late.signal.aborted ? `no answer came within ${patienceMs / 1000} s` : error.message);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
