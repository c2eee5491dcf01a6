import { type Answer, emptyAnswer, errorAnswer } from "../answer.js";
import type { UploadSession } from "../store/upload-session.js";
import type { Call, RegistryContext } from "./context.js";
import { inTurn, type ReceiveLimits, receiveBytes } from "./receive-bytes.js";
import { rangeRefused, sessionHeaders, unknownUpload } from "./upload-answers.js";

/** PATCH: one chunk, or a stream of unknown length. */
export async function patchUpload(
  context: RegistryContext,
  call: Call,
  repository: string,
  id: string,
): Promise<Answer> {
  const quirks = context.quirks();
  if (quirks.chunkedUploadRefused)
    return errorAnswer(405, "UNSUPPORTED", "chunked uploads are not supported");
  const session = findSession(context, call, repository, id);
  if (session === undefined) return unknownUpload();
  return inTurn(context, session, async () => {
    if (session.endedByShortChunk) return shortChunkRefusal();
    const before = session.sink.size();
    const refusal = await receiveBytes(context, call, session, patchLimits(context, session));
    if (refusal !== undefined) return refusal;
    const received = session.sink.size() - before;
    session.chunks += 1;
    session.state += 1;
    session.endedByShortChunk = received < (quirks.chunkMinBytes ?? 0);
    return emptyAnswer(quirks.patchAnswersCreated ? 201 : 202, sessionHeaders(context, session));
  });
}

/** GET: how far the session is. */
export function uploadStatus(context: RegistryContext, repository: string, id: string): Answer {
  const { sessionStatus } = context.quirks();
  if (sessionStatus === "bad-request") return errorAnswer(400, "NAME_INVALID", "invalid name");
  const session = context.sessions.find(repository, id);
  if (session === undefined || sessionStatus === "not-found") return unknownUpload();
  session.state += 1;
  return { status: 204, headers: sessionHeaders(context, session) };
}

/** DELETE: the client gives up. */
export async function cancelUpload(
  context: RegistryContext,
  repository: string,
  id: string,
): Promise<Answer> {
  const session = context.sessions.find(repository, id);
  if (session === undefined || context.quirks().sessionCancelRefused) return unknownUpload();
  await context.sessions.drop(session, "discarded");
  return { status: 204, headers: {} };
}

/** The session that a write goes to: its newest state only, and a new one where unknown sessions are accepted. */
export function findSession(
  context: RegistryContext,
  call: Call,
  repository: string,
  id: string,
): UploadSession | undefined {
  const { locationState, unknownSessionAccepted } = context.quirks();
  const found = context.sessions.find(repository, id);
  if (found === undefined) return unknownSessionAccepted ? context.sessions.open(repository, id) : undefined;
  const stale = locationState && call.url.searchParams.get("_state") !== String(found.state);
  return stale ? undefined : found;
}

/** A chunk below the minimum must be the last (distribution spec, OCI-Chunk-Min-Length). */
export function shortChunkRefusal(): Answer {
  return errorAnswer(400, "SIZE_INVALID", "a chunk before this one was shorter than OCI-Chunk-Min-Length");
}

function patchLimits(context: RegistryContext, session: UploadSession): ReceiveLimits {
  const { patchLimitBytes, chunkMaxBytes } = context.quirks();
  if (patchLimitBytes !== undefined) {
    const answer = (): Answer => rangeRefused(context, session, "the chunk is too large");
    return { most: { bytes: patchLimitBytes, answer } };
  }
  if (chunkMaxBytes === undefined) return {};
  const answer = (): Answer => errorAnswer(413, "SIZE_INVALID", "the chunk is above OCI-Chunk-Max-Length");
  return { most: { bytes: chunkMaxBytes, answer } };
}
