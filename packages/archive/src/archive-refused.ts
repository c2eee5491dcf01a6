import { BaleError, type ErrorCode } from "@bale/spec";

/** Why an archive is not read: damage, or what no archive of files may hold. */
export type ArchiveFault = Extract<
  ErrorCode,
  | "ARCHIVE_INVALID"
  | "BLOB_MISSING"
  | "DIGEST_MISMATCH"
  | "LIMIT"
  | "NAME_ENCODING"
  | "NOT_REGULAR"
  | "SIZE_MISMATCH"
  | "UNSAFE_PATH"
>;

export function archiveRefused(
  code: ArchiveFault,
  why: string,
  rest: { readonly fix?: string; readonly context?: Readonly<Record<string, string | number>> } = {},
): BaleError {
  return new BaleError({
    code,
    message: "the archive is refused",
    why,
    fix: rest.fix ?? "nothing was written; get the archive again from whoever made it",
    ...(rest.context ? { context: rest.context } : {}),
  });
}

/** What came from an archive, as one short line. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
