import { retryFailures } from "@bale/http";
import { BaleError, type BlobWriteOptions, type ByteSource, LIMITS } from "@bale/spec";
import type { GcsClient } from "../api/gcs-client.js";
import type { UploadOutcome } from "./outcome.js";
import {
  askSession,
  beginSession,
  cancelSession,
  type SessionAnswer,
  sendRest,
  type UploadSession,
} from "./upload-session.js";

export interface Patience {
  /** Must reject when the signal aborts. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
}
type WriteOptions = Pick<BlobWriteOptions, "onBytes" | "signal">;

// A line that brings a few bytes a try must not keep a client for ever: only this much counts as progress.
const PROGRESS_BYTES = 1024 * 1024;
const MOST_SESSIONS = 3;

function unfinished(bucket: string, why: string, again: boolean): BaleError {
  return new BaleError({
    code: "SERVER",
    message: `the bucket ${bucket} did not take all of a blob`,
    why,
    context: { bucket },
    retry: { kind: again ? "safe" : "never" },
  });
}

/** One try: asks the session how far it has come, unless it is new, and sends the rest. Notes how far it was. */
async function attempt(
  client: GcsClient,
  session: UploadSession,
  source: ByteSource,
  state: { kept: number; fresh: boolean },
  options: WriteOptions,
): Promise<SessionAnswer> {
  const { size } = source;
  if (!state.fresh) {
    const answer = await askSession(client, session, size, options);
    if (answer.kind !== "incomplete") return answer;
    if (answer.kept > size)
      throw unfinished(client.config.bucket, "it says that it has more than there is", false);
    state.kept = answer.kept;
    options.onBytes?.(answer.kept);
  }
  state.fresh = false;
  const answer = await sendRest(client, session, source, state.kept, options);
  if (answer.kind !== "incomplete") return answer;
  throw unfinished(client.config.bucket, `it kept ${answer.kept} of ${size} bytes`, true);
}

/** Goes on where a connection broke, as long as it gets on. */
async function sendAll(
  client: GcsClient,
  session: UploadSession,
  source: ByteSource,
  options: WriteOptions & { readonly patience: Patience },
): Promise<SessionAnswer> {
  const { patience, signal } = options;
  const state = { kept: 0, fresh: true };
  for (;;) {
    const before = state.kept;
    try {
      return await retryFailures(() => attempt(client, session, source, state, options), {
        ...patience,
        tries: LIMITS.tries,
        signal,
      });
    } catch (error) {
      const again = BaleError.is(error) && error.retry.kind !== "never";
      if (!again || signal?.aborted || state.kept - before < PROGRESS_BYTES) throw error;
    }
  }
}

/**
 * An upload that survives broken connections: the service says how much it has, and gets the rest. Nothing is visible before its end. The
 * address of the session is a secret and is kept nowhere, so that another run starts anew.
 */
export async function putResumable(
  client: GcsClient,
  name: string,
  source: ByteSource,
  options: WriteOptions & { readonly patience: Patience },
): Promise<UploadOutcome> {
  for (let count = 1; count <= MOST_SESSIONS; count++) {
    const session = await beginSession(client, name, source.size, options);
    if (!("address" in session)) return session;
    let answer: SessionAnswer;
    try {
      answer = await sendAll(client, session, source, options);
    } catch (error) {
      await cancelSession(client, session).catch(() => undefined);
      throw error;
    }
    if (answer.kind !== "lost" && answer.kind !== "incomplete") return answer;
  }
  throw unfinished(client.config.bucket, `${MOST_SESSIONS} sessions for it were lost`, true);
}
