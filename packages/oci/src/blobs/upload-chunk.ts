import { send } from "../registry/registry-exchange.js";
import { type RegistryFailure, readFailure } from "../registry/registry-failure.js";
import { sourceWindow } from "./byte-window.js";
import { keptBytes } from "./session-progress.js";
import { UPLOAD_ANSWERS, type Upload } from "./upload.js";
import { movedSession, type UploadSession } from "./upload-session.js";

export type ChunkAnswer =
  | { readonly taken: true; readonly session: UploadSession; readonly kept: number }
  | { readonly taken: false; readonly failure: RegistryFailure };

/** One PATCH with the bytes from `start` up to `endExclusive`. What the registry says it kept counts, not what was sent. */
export async function sendChunk(
  upload: Upload,
  session: UploadSession,
  start: number,
  endExclusive: number,
): Promise<ChunkAnswer> {
  const { exchange, onBytes } = upload;
  const response = await send(exchange, {
    method: "PATCH",
    target: session.location,
    actions: ["pull", "push"],
    // The distribution spec's form: inclusive, without a unit.
    headers: { "content-type": "application/octet-stream", "content-range": `${start}-${endExclusive - 1}` },
    body: sourceWindow(upload.source, start, endExclusive),
    accept: UPLOAD_ANSWERS,
    idempotent: false,
    onBytes: onBytes && ((sent) => onBytes(start + sent)),
    signal: upload.signal,
  });
  if (response.status >= 300) return { taken: false, failure: await readFailure(response) };
  await response.discard();
  return {
    taken: true,
    session: movedSession(exchange, session, response),
    kept: keptBytes(response) ?? endExclusive,
  };
}
