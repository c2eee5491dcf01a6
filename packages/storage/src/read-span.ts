import { BaleError, type BlobDriver, type ByteStream, type ErrorKind } from "@bale/spec";
import type { StoredBlob } from "./blob-store.js";
import { throwIfInterrupted } from "./interrupted.js";
import { pauseBefore, type RetryPolicy, retryOf } from "./retry-policy.js";
import { rangeInvalid, sizeMismatch, tooShort, truncated, wrapStoreError } from "./store-error.js";

export interface ReadTarget {
  readonly driver: BlobDriver;
  readonly name: string | undefined;
  readonly blob: StoredBlob;
  readonly policy: RetryPolicy;
  readonly signal: AbortSignal | undefined;
}
/** Told of each repetition after the first byte, so that a caller can say that bytes come from more than one answer. */
export type OnResume = () => void;

// A server that gives a few bytes a try must not keep a client for ever: only this much counts as progress.
const PROGRESS_BYTES = 1024 * 1024;

// What a backend says that cannot continue where a transfer broke: another range than asked for, or none at all.
const NO_RANGES: ReadonlySet<ErrorKind> = new Set(["integrity", "unsupported"]);

/** Drops the first bytes of a stream: for backends that answer a range with the whole. */
async function* withoutFirst(stream: ByteStream, count: number): ByteStream {
  let left = count;
  for await (const chunk of stream) {
    if (chunk.length <= left) left -= chunk.length;
    else {
      yield left > 0 ? chunk.subarray(left) : chunk;
      left = 0;
    }
  }
}

/**
 * Exactly the bytes from `start` to `end`, over as many requests as it takes. A try that failed before its first byte is repeated only
 * for failures that the driver did not already repeat itself, which a `BaleError` of the shared HTTP client stands for.
 */
export async function* readSpan(
  target: ReadTarget,
  start: number,
  end: number,
  kind: "whole" | "range",
  onResume?: OnResume,
): ByteStream {
  const { driver, name, blob, policy, signal } = target;
  if (
    !(
      Number.isSafeInteger(start) &&
      Number.isSafeInteger(end) &&
      start >= 0 &&
      start <= end &&
      end <= blob.size
    )
  )
    throw rangeInvalid(name, blob, `bytes ${start} to ${end} of ${blob.size}`);
  if (kind === "range" && start === end) return;
  const locator = driver.locate(blob.digest);
  let at = start;
  let tries = 1;
  let countedFrom = start;
  let rangesWork = true;
  for (;;) {
    const begun = at;
    try {
      const plain = kind === "whole" && (at === 0 || !rangesWork);
      const range = kind === "whole" ? { start: at } : { start: at, endExclusive: end };
      const stream = driver.read(locator, plain ? { signal } : { signal, range });
      for await (const chunk of plain && at > 0 ? withoutFirst(stream, at) : stream) {
        throwIfInterrupted(signal);
        if (chunk.length === 0) continue;
        if (at + chunk.length > end)
          throw kind === "whole"
            ? sizeMismatch(name, blob)
            : rangeInvalid(name, blob, `more than ${end - start} bytes came`);
        at += chunk.length;
        yield chunk;
      }
      if (at === end) return;
      throw truncated(name, blob, at - start, end - start);
    } catch (cause) {
      const error = wrapStoreError(cause, { driver, name, blob, operation: "read", signal });
      // The consumer's own failure arrives through `return`, never here: what is caught is the driver's or ours.
      if (at - countedFrom >= PROGRESS_BYTES) {
        countedFrom = at;
        tries = 1;
      }
      const resumeRefused = kind === "whole" && begun > 0 && at === begun && NO_RANGES.has(error.kind);
      if (resumeRefused && rangesWork) rangesWork = false;
      else {
        const retry = retryOf(cause, BaleError.is(cause) ? undefined : driver.classify(cause));
        const repeatedBelow = BaleError.is(cause) && at === begun && error.code !== "TRUNCATED";
        if (retry.kind === "never" || repeatedBelow || tries >= policy.tries || signal?.aborted)
          throw (await shorter(target, error)) ?? error;
        tries++;
        await pause(target, pauseBefore(tries, retry, policy));
      }
      if (at > start) onResume?.();
    }
  }
}

/** What is damaged in the store looks like a broken connection, until the store is asked for the size. */
async function shorter(target: ReadTarget, error: BaleError): Promise<BaleError | undefined> {
  const { driver, name, blob, signal } = target;
  if (error.code !== "TRUNCATED" || signal?.aborted) return undefined;
  const found = await driver.stat(driver.locate(blob.digest), { signal }).catch(() => undefined);
  return found && found.size < blob.size ? tooShort(name, blob, found.size) : undefined;
}

async function pause(target: ReadTarget, milliseconds: number): Promise<void> {
  const { driver, name, blob, policy, signal } = target;
  try {
    await policy.sleep(milliseconds, signal);
  } catch (cause) {
    throw wrapStoreError(cause, { driver, name, blob, operation: "read", signal });
  }
}
