import { BaleError } from "@bale/spec";

/** What a promise fails with; fails itself when it is anything but a `BaleError`. */
export async function failure(promise: Promise<unknown>): Promise<BaleError> {
  const error = await promise.catch((caught: unknown) => caught);
  if (!BaleError.is(error)) throw new Error(`expected a BaleError, got ${String(error)}`);
  return error;
}

/** All that could be shown of an error and its causes. */
export function printed(error: BaleError): string {
  const own = [error.message, error.why, error.fix, JSON.stringify(error.context), error.stack].join("\n");
  return BaleError.is(error.cause) ? `${own}\n${printed(error.cause)}` : `${own}\n${String(error.cause)}`;
}
