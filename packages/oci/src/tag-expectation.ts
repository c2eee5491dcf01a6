import type { Digest } from "@bale/spec";

/** Where the caller of a tag move last saw the tag. */
export type TagExpectation = Digest | "absent" | "anything";

/** Whether a tag still is there. */
export function meetsExpectation(expect: TagExpectation, found: Digest | undefined): boolean {
  if (expect === "anything") return true;
  return expect === "absent" ? found === undefined : found === expect;
}
