import { BaleError } from "@bale/spec";

/** The command line was not understood. `see`: where its rules are printed, such as `bale push --help`. */
export function usageError(message: string, see: string): BaleError {
  return new BaleError({ code: "USAGE", message, context: { see } });
}

/** The command whose help explains a mistake, if the error is one of the command line. */
export function helpToSee(error: unknown): string | undefined {
  if (!BaleError.is(error, "USAGE")) return undefined;
  const see = error.context["see"];
  return typeof see === "string" ? see : undefined;
}
