import { BaleError } from "@bale/spec";

/** The errors of one document of the index. */
export interface IndexErrors {
  /** `INDEX_INVALID`. */
  readonly invalid: (why: string) => BaleError;
  /** `LIMIT`. */
  readonly limit: (why: string) => BaleError;
  /** `UNSUPPORTED`. */
  readonly unsupported: (why: string) => BaleError;
}

/** `what` begins the messages: "the root", "a table". */
export function createIndexErrors(what: string): IndexErrors {
  const message = `${what} refused`;
  return {
    invalid: (why) => new BaleError({ code: "INDEX_INVALID", message, why }),
    limit: (why) => new BaleError({ code: "LIMIT", message, why }),
    unsupported: (why) =>
      new BaleError({ code: "UNSUPPORTED", message, why, fix: "use a newer version of bale" }),
  };
}
