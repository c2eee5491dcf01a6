import type { CallOptions } from "@bale/spec";
import { pauseBefore, type RetryPolicy, retryOf, retryPolicy } from "../retry-policy.js";
import type { BlobLayer } from "./blob-layer.js";
import { layeredDriver } from "./layered-driver.js";

/**
 * Repeats calls that the driver's own classification calls repeatable. Reads pass through: `BlobStore` resumes them, since only it knows
 * the size that tells a break from an end.
 */
export function retryLayer(changes: Partial<RetryPolicy> = {}): BlobLayer {
  const policy = retryPolicy(changes);
  return (inner) => {
    const repeat = async <Value>(
      options: CallOptions | undefined,
      call: () => Promise<Value>,
    ): Promise<Value> => {
      for (let tries = 1; ; ) {
        try {
          return await call();
        } catch (cause) {
          const retry = retryOf(cause, inner.classify(cause));
          if (retry.kind === "never" || tries >= policy.tries || options?.signal?.aborted) throw cause;
          tries++;
          await policy.sleep(pauseBefore(tries, retry, policy), options?.signal);
        }
      }
    };
    const { deletion, mounting } = inner;
    return layeredDriver(inner, {
      stat: (locator, options) => repeat(options, () => inner.stat(locator, options)),
      write: (locator, source, options) => repeat(options, () => inner.write(locator, source, options)),
      deletion: deletion && {
        delete: (locator, options) => repeat(options, () => deletion.delete(locator, options)),
      },
      mounting: mounting && {
        mount: (digest, from, options) => repeat(options, () => mounting.mount(digest, from, options)),
      },
    });
  };
}
