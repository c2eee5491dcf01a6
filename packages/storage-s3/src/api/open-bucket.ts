import { setTimeout as wait } from "node:timers/promises";
import { retryFailures } from "@bale/http";
import { BaleError, type CallOptions, LIMITS, type PluginContext } from "@bale/spec";
import type { S3Config } from "../config.js";
import type { StorageS3Options } from "../options.js";
import { type Connection, connect } from "./connect.js";
import { explainFailure } from "./explain-failure.js";
import { readFailure } from "./failure.js";
import { isRead, type Operation } from "./operation.js";
import { createPace } from "./pace.js";
import { TransportFailure } from "./request-handler.js";

/** One request: which it is, and of which key. */
export interface Question extends CallOptions {
  readonly operation: Operation;
  readonly key?: string | undefined;
  /** One try only: the caller tells by the failure what to do instead. */
  readonly once?: boolean | undefined;
}
/** A bucket that can be asked. Nothing of the AWS SDK is loaded before the first question. */
export interface Bucket {
  readonly config: S3Config;
  /**
   * Asks until there is an answer, a failure that repeating does not help, or the tries are used up.
   * @throws BaleError as `explainFailure` says, of the HTTP client, `AUTH_FAILED`, `INTERRUPTED`
   */
  readonly ask: <Output>(
    question: Question,
    task: (connection: Connection, options: SendOptions) => Promise<Output>,
  ) => Promise<Output>;
}
/** Second argument of the SDK's `send`. */
export interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

function interrupted(cause: unknown): BaleError {
  return BaleError.is(cause, "INTERRUPTED")
    ? cause
    : new BaleError({ code: "INTERRUPTED", message: "stopped on request", cause });
}

export function openBucket(
  config: S3Config,
  context: Pick<PluginContext, "env" | "http" | "log">,
  options: StorageS3Options,
): Bucket {
  const { concurrency = 16, tries = LIMITS.tries, random = Math.random, now = () => new Date() } = options;
  const sleep =
    options.sleep ??
    ((milliseconds: number, signal?: AbortSignal) => wait(milliseconds, undefined, signal ? { signal } : {}));
  // Apart, since a copy from one store to another within a bucket reads in order to write.
  const paces = { read: createPace(concurrency), write: createPace(concurrency) };
  const connections = connect(config, context, options);

  const understood = (error: unknown, question: Question, signedAs: string): unknown => {
    const { operation, key, signal } = question;
    if (signal?.aborted) return interrupted(error);
    const cause = error instanceof TransportFailure ? error.cause : error;
    if (BaleError.is(cause)) return cause;
    const failure = readFailure(cause);
    return failure ? explainFailure(failure, { operation, key, config, signedAs, now: now() }) : cause;
  };

  return {
    config,
    ask: async (question, task) => {
      const { operation, signal } = question;
      const pace = isRead(operation) ? paces.read : paces.write;
      const attempt = async (): ReturnType<typeof task> => {
        if (signal?.aborted) throw interrupted(signal.reason);
        const connection = await connections(operation);
        try {
          return await task(connection, signal ? { abortSignal: signal } : {});
        } catch (error) {
          const failure = understood(error, question, connection.signedAs);
          // Before its place is given to the next request.
          if (BaleError.is(failure, "RATE_LIMITED")) pace.slowDown();
          throw failure;
        }
      };
      return retryFailures(() => pace.run(attempt), {
        tries: question.once ? 1 : tries,
        signal,
        random,
        sleep,
        onRetry: (failed, delay, error) => {
          context.log("debug", `${operation} is tried again`, {
            failed,
            delay,
            reason: error.why ?? error.message,
          });
        },
      });
    },
  };
}
