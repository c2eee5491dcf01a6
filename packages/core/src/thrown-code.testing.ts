import { BaleError } from "@bale/spec";

/** The code of the `BaleError` that an action throws; "accepted" when it throws none. Iterables are read to their end. */
export function thrownCode(action: () => unknown): string {
  try {
    const result = action();
    if (typeof result === "object" && result !== null && Symbol.iterator in result)
      for (const _ of result as Iterable<unknown>);
  } catch (error) {
    if (BaleError.is(error)) return error.code;
    throw error;
  }
  return "accepted";
}
