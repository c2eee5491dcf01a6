import { type Answer, connectionCut, emptyAnswer, errorAnswer } from "../answer.js";
import { parseRangeHeader } from "../byte-range.js";
import { parseDigest } from "../digest.js";
import type { StoredBlob } from "../store/stored-blob.js";
import { contentHeaders, matchesEntityTag } from "./content-headers.js";
import type { Call, RegistryContext } from "./context.js";

/** GET and HEAD of a blob (distribution spec, "Pulling blobs"). */
export async function readBlob(
  context: RegistryContext,
  call: Call,
  repository: string,
  digest: string,
): Promise<Answer> {
  if (parseDigest(digest) === undefined) return errorAnswer(400, "DIGEST_INVALID", "invalid digest");
  const blob = context.store.blob(repository, digest);
  if (blob === undefined) return errorAnswer(404, "BLOB_UNKNOWN", "blob unknown to registry");
  const { blobRedirect } = context.quirks();
  if (blobRedirect !== undefined && call.method === "GET") {
    const path = context.presigned.issue({ repository, digest }, blobRedirect);
    const headers = await contentHeaders(context, digest, blob);
    const location = `${context.origins.second}${path}`;
    return emptyAnswer(blobRedirect.status ?? 307, { ...headers, location });
  }
  return blobAnswer(context, call, digest, blob);
}

/** The blob or the range of it that is asked for, from either origin. */
export async function blobAnswer(
  context: RegistryContext,
  call: Call,
  digest: string,
  blob: StoredBlob,
): Promise<Answer> {
  const quirks = context.quirks();
  const headers = {
    "content-type": "application/octet-stream",
    ...(await contentHeaders(context, digest, blob)),
    ...(quirks.range === "ignored" ? {} : { "accept-ranges": "bytes" }),
  };
  if (!quirks.etagAbsent && matchesEntityTag(call.headers["if-none-match"], digest)) {
    return { status: 304, headers };
  }
  const condition = call.headers["if-range"];
  const stale = !quirks.etagAbsent && typeof condition === "string" && !matchesEntityTag(condition, digest);
  const range =
    quirks.range === "ignored" || stale
      ? ({ kind: "whole" } as const)
      : parseRangeHeader(call.headers.range, blob.size);
  if (range.kind === "unsatisfiable") {
    if (quirks.rangePastEnd === "connection-cut") return connectionCut;
    return emptyAnswer(416, { "content-range": `bytes */${blob.size}` });
  }
  if (range.kind === "whole") return part(200, headers, blob, 0, blob.size, quirks.blobLengthAbsent);
  const shift = quirks.range === "shifted" && range.end < blob.size ? 1 : 0;
  const { start, end } = { start: range.start + shift, end: range.end + shift };
  const contentRange = { "content-range": `bytes ${start}-${end - 1}/${blob.size}` };
  return part(206, { ...headers, ...contentRange }, blob, start, end, quirks.blobLengthAbsent);
}

function part(
  status: number,
  headers: Readonly<Record<string, string>>,
  blob: StoredBlob,
  start: number,
  end: number,
  lengthAbsent: boolean,
): Answer {
  const length = lengthAbsent ? {} : { "content-length": String(end - start) };
  const body = { size: end - start, open: () => blob.read(start, end) };
  return { status, headers: { ...headers, ...length }, body };
}
