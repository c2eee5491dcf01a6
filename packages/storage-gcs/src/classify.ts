import { BaleError, type Classified } from "@bale/spec";

/** Everything here throws nothing but the one error, which knows its kind; a bare abort is the caller's own. */
export function classify(cause: unknown): Classified | undefined {
  if (BaleError.is(cause)) return { kind: cause.kind, retry: cause.retry };
  if (cause instanceof Error && (cause.name === "AbortError" || cause.name === "TimeoutError"))
    return { kind: "cancelled", retry: { kind: "never" } };
  return undefined;
}
