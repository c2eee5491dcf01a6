import { createHash } from "node:crypto";
import { type Answer, errorAnswer } from "../answer.js";
import { parseDigest } from "../digest.js";
import { blobTail, type StoredBlob } from "../store/stored-blob.js";
import type { UploadSession } from "../store/upload-session.js";
import type { Call, RegistryContext } from "./context.js";
import { inTurn, receiveBytes } from "./receive-bytes.js";
import { blobCreated, unknownUpload } from "./upload-answers.js";
import { findSession, shortChunkRefusal } from "./upload-sessions.js";

/** The closing PUT, with or without a last chunk. */
export async function finishUpload(
  context: RegistryContext,
  call: Call,
  repository: string,
  id: string,
): Promise<Answer> {
  const session = findSession(context, call, repository, id);
  if (session === undefined) return unknownUpload();
  return inTurn(context, session, async () => {
    const digest = call.url.searchParams.get("digest") ?? "";
    if (parseDigest(digest) === undefined) return errorAnswer(400, "DIGEST_INVALID", "invalid digest");
    if (context.quirks().closingAfterChunksRefused && session.chunks > 0) {
      return errorAnswer(400, "BLOB_UPLOAD_INVALID", "the upload cannot be completed");
    }
    const before = session.sink.size();
    const endedByShortChunk = session.endedByShortChunk;
    const refusal = await receiveBytes(context, call, session, {});
    if (refusal !== undefined) return refusal;
    const received = session.sink.size() - before;
    if (received > 0 && endedByShortChunk) return shortChunkRefusal();
    if (received > 0) session.chunks += 1;
    return closeSession(context, session, digest);
  });
}

/** Checks the digest and makes the session's bytes a blob; a session with another digest is given up. */
export async function closeSession(
  context: RegistryContext,
  session: UploadSession,
  digest: string,
): Promise<Answer> {
  const quirks = context.quirks();
  const sha256 = session.sink.sha256();
  const whole = await session.sink.finish();
  const forgetful = quirks.onlyLastChunkKept && session.chunks > 1;
  const right = digest.startsWith("sha256:") ? sha256 === digest : (await sha512Of(whole)) === digest;
  if (!right && !quirks.digestUnchecked) {
    await context.sessions.drop(session, "kept");
    return errorAnswer(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
  }
  await context.sessions.drop(session, "kept");
  const blob = forgetful ? blobTail(whole, session.lastChunkStart) : whole;
  context.store.replaceBlob(session.repository, digest, blob);
  return blobCreated(context, session.repository, digest);
}

async function sha512Of(blob: StoredBlob): Promise<string> {
  const hash = createHash("sha512");
  for await (const chunk of blob.read(0, blob.size)) hash.update(chunk);
  return `sha512:${hash.digest("hex")}`;
}
