import { BaleError } from "@bale/spec";
import { exchangeName } from "../registry/registry-exchange.js";
import type { RegistryFailure } from "../registry/registry-failure.js";
import type { Upload } from "./upload.js";

const LOST = ["BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID", "RANGE_INVALID", "SIZE_INVALID"];

/** The error for a blob that is larger than the registry takes. */
export function tooLarge(upload: Upload, why: string): BaleError {
  const { exchange, source, digest } = upload;
  return new BaleError({
    code: "TOO_LARGE",
    message: `${exchange.registry} does not take a blob of ${source.size} bytes`,
    why,
    fix: "send large files to an external store, by a rule with largerThan in storage.rules",
    context: { repository: exchangeName(exchange), digest, size: source.size },
  });
}

/** An upload that has to begin anew: the session is gone, or is not in the state that we know. */
export function uploadLost(upload: Upload, why: string, status?: number): BaleError {
  const { exchange, digest } = upload;
  return new BaleError({
    code: "SERVER",
    message: `the upload of a blob to ${exchangeName(exchange)} was lost`,
    why,
    context: { repository: exchangeName(exchange), digest, ...(status === undefined ? {} : { status }) },
  });
}

/** What a refused step of an upload means. `CAPABILITY_MISSING` is for what would be refused again. */
export function uploadRefusal(upload: Upload, failure: RegistryFailure): BaleError {
  const { exchange, digest } = upload;
  const { status, codes, text } = failure;
  if (status === 413) return tooLarge(upload, text);
  if (codes.has("DIGEST_INVALID"))
    return new BaleError({
      code: "DIGEST_MISMATCH",
      message: `the bytes sent to ${exchangeName(exchange)} do not have the digest of the blob`,
      why: text,
      context: { repository: exchangeName(exchange), digest },
    });
  if (status === 404 || status === 416 || LOST.some((code) => codes.has(code)))
    return uploadLost(upload, text, status);
  return new BaleError({
    code: "CAPABILITY_MISSING",
    message: `${exchange.registry} refused the upload of a blob`,
    why: text,
    context: { repository: exchangeName(exchange), digest, status },
  });
}
