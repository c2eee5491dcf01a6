import { BaleError, type ByteSource } from "@bale/spec";
import { exchangeName, repositoryUrl, send } from "../registry/registry-exchange.js";
import { readFailure } from "../registry/registry-failure.js";
import { statedDigest } from "../registry/stated-digest.js";
import { closingLocation } from "./resolve-location.js";
import { UPLOAD_ANSWERS, type Upload } from "./upload.js";
import { uploadRefusal } from "./upload-refusal.js";
import { cancelUpload, openedSession, type UploadSession } from "./upload-session.js";

/**
 * The PUT that closes a session, with the last bytes or none. It is not repeated here: a registry may have kept a part of a body that was cut.
 * A 201 without a Location (ggcr) is as good as one with it.
 */
export async function closeUpload(
  upload: Upload,
  session: UploadSession,
  body: ByteSource | Uint8Array,
  onBytes: ((sent: number) => void) | undefined,
): Promise<void> {
  const { exchange, digest } = upload;
  const response = await send(exchange, {
    method: "PUT",
    target: closingLocation(session.location, digest),
    actions: ["pull", "push"],
    headers: { "content-type": "application/octet-stream" },
    body,
    accept: UPLOAD_ANSWERS,
    idempotent: false,
    // A client may repeat any request without a body; a PUT that had closed the session would then be told that it is gone.
    tries: 1,
    onBytes,
    signal: upload.signal,
  });
  if (response.status >= 300) throw uploadRefusal(upload, await readFailure(response));
  await response.discard();
  const stored = statedDigest(exchange, response);
  if (stored !== undefined && stored !== digest)
    throw new BaleError({
      code: "DIGEST_MISMATCH",
      message: `${exchangeName(exchange)} stored other bytes than were sent`,
      why: `sent ${digest}, stored ${stored}`,
      context: { repository: exchangeName(exchange), expected: digest, actual: stored },
    });
}

/** All bytes in one PUT. */
export async function uploadWhole(upload: Upload, session: UploadSession): Promise<void> {
  try {
    await closeUpload(upload, session, upload.source, upload.onBytes);
  } catch (error) {
    await cancelUpload(upload.exchange, session, upload.signal);
    throw error;
  }
}

/** All bytes in one POST, which a registry may turn into an ordinary session (202). `false`: it does not know this form. */
export async function postWhole(upload: Upload): Promise<boolean> {
  const { exchange, digest } = upload;
  const target = repositoryUrl(exchange, "blobs/uploads/");
  target.search = `?digest=${encodeURIComponent(digest)}`;
  const response = await send(exchange, {
    method: "POST",
    target,
    actions: ["pull", "push"],
    headers: { "content-type": "application/octet-stream" },
    body: upload.source,
    accept: UPLOAD_ANSWERS,
    idempotent: false,
    onBytes: upload.onBytes,
    signal: upload.signal,
  });
  if (response.status === 202) {
    await response.discard();
    await uploadWhole(upload, openedSession(exchange, target, response));
    return true;
  }
  if (response.status < 300) {
    await response.discard();
    return true;
  }
  const refusal = uploadRefusal(upload, await readFailure(response));
  if (refusal.code === "DIGEST_MISMATCH" || refusal.code === "TOO_LARGE") throw refusal;
  return false;
}
