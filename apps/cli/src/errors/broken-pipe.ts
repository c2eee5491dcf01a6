import { BaleError } from "@bale/spec";

// As a shell reports a program that wrote to a pipe nobody reads: 128 + SIGPIPE.
export const BROKEN_PIPE_EXIT = 141;

/** Whoever read stdout closed it, as `bale ls | head` does. The work stops; there is nobody to tell. */
export function brokenPipe(): BaleError {
  return new BaleError({
    code: "INTERRUPTED",
    message: "nobody reads the output any more",
    context: { stream: "stdout" },
  });
}

export function isBrokenPipe(error: unknown): boolean {
  return BaleError.is(error, "INTERRUPTED") && error.context["stream"] === "stdout";
}
