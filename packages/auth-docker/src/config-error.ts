import { BaleError } from "@bale/spec";

/** A mistake in a file. No parser's message is passed on: it may quote a secret. */
export function configError(path: string, message: string, why?: string, fix?: string): BaleError {
  return new BaleError({ code: "CONFIG_INVALID", message, why, fix, context: { path } });
}
