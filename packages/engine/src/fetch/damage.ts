import { BaleError, type BlobRef, type FileRow } from "@bale/spec";

/** Whether a sink or a decoder found other bytes than those that were promised. */
export function isMismatch(error: unknown): error is BaleError {
  return BaleError.is(error, "DIGEST_MISMATCH") || BaleError.is(error, "SIZE_MISMATCH");
}

/** The blobs were read whole and have their digests, and yet the file's bytes are others. */
export function indexIsWrong(row: FileRow, cause: unknown): BaleError {
  const blobs = [...new Set(row.extents.map(({ blob }) => blob.digest))];
  return new BaleError({
    code: "DIGEST_MISMATCH",
    message: `${JSON.stringify(row.path)} does not have the content that the bundle promises`,
    why:
      blobs.length === 1
        ? `blob ${blobs[0]} is whole, so the index of the bundle is wrong about this file`
        : "its blobs are whole, so the index of the bundle is wrong about this file",
    fix: "tell whoever pushed the bundle; nothing was changed here",
    context: { path: row.path, blobs },
    cause,
  });
}

function blobOf(error: BaleError): string {
  const { digest } = error.context;
  return typeof digest === "string" ? digest : error.message;
}

/** One error for all that could not be fetched, each blob once; missing blobs come before unknown forms. */
export function incomplete(errors: readonly BaleError[]): BaleError {
  const missing = errors.filter((error) => error.code !== "UNSUPPORTED");
  const distinct = [
    ...new Map((missing.length > 0 ? missing : errors).map((error) => [blobOf(error), error])),
  ];
  const first = distinct[0]?.[1] as BaleError;
  if (distinct.length === 1) return first;
  const reasons = distinct.map(([, error]) => error.message);
  if (missing.length === 0)
    return new BaleError({
      code: "UNSUPPORTED",
      message: `${distinct.length} files are stored in a form that this version does not know`,
      why: reasons.join("; "),
      fix: "update bale",
      cause: first,
    });
  return new BaleError({
    code: first.code,
    message: `${distinct.length} blobs of the bundle are missing`,
    why: reasons.join("; "),
    fix: "ask whoever pushed the bundle to push it again",
    context: { blobs: distinct.map(([blob]) => blob) },
    cause: first,
  });
}

/** Each blob of a row once. */
export function blobsOf(row: FileRow): readonly BlobRef[] {
  return [...new Map(row.extents.map(({ blob }) => [`${blob.store ?? ""}:${blob.digest}`, blob])).values()];
}
