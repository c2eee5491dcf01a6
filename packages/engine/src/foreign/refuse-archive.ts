import { BaleError, type ErrorCode } from "@bale/spec";

export function refuseArchive(
  code: Extract<ErrorCode, "UNSAFE_PATH" | "NAME_ENCODING" | "LIMIT" | "ARCHIVE_INVALID" | "NOT_REGULAR">,
  message: string,
  why: string,
): BaleError {
  return new BaleError({ code, message, why, fix: "nothing was written; ask whoever made the artifact" });
}
