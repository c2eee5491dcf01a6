import { BaleError } from "@bale/spec";

/** The code of the `BaleError` that an action throws; "accepted" when it throws none. */
export function thrownCode(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (BaleError.is(error)) return error.code;
    throw error;
  }
  return "accepted";
}
