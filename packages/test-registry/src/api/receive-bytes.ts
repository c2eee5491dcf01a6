import { type Answer, errorAnswer } from "../answer.js";
import { type ChunkRange, parseChunkRange } from "../byte-range.js";
import { BodyCutError, BodyTooLargeError } from "../server/request-body.js";
import type { UploadSession } from "../store/upload-session.js";
import type { Call, RegistryContext } from "./context.js";
import { rangeRefused, unknownUpload } from "./upload-answers.js";

/** Bounds for one request's bytes. */
export interface ReceiveLimits {
  /** Most bytes of this request, with the answer above it. */
  readonly most?: { readonly bytes: number; readonly answer: () => Answer };
}

/**
 * Appends the request's body to the session, after checking Content-Range and the limits; an answer is a refusal and leaves the session as it was.
 * When the connection is cut, what arrived stays, unless the quirk has the session dropped.
 */
export async function receiveBytes(
  context: RegistryContext,
  call: Call,
  session: UploadSession,
  limits: ReceiveLimits,
): Promise<Answer | undefined> {
  const quirks = context.quirks();
  const { sink } = session;
  const range = chunkRange(call);
  if (range === "malformed") return rangeRefused(context, session, "malformed Content-Range");
  if (range !== undefined && !quirks.contentRangeIgnored && range.start !== sink.size()) {
    return rangeRefused(context, session, `the next byte is ${sink.size()}`);
  }
  const mark = sink.mark();
  const overflow = (received: number): Answer | undefined => {
    if (received > (limits.most?.bytes ?? Number.POSITIVE_INFINITY)) return limits.most?.answer();
    const tooLarge = mark.size + received > (quirks.maxBlobBytes ?? Number.POSITIVE_INFINITY);
    return tooLarge ? errorAnswer(413, "SIZE_INVALID", "the blob is too large") : undefined;
  };
  const declared = overflow(Number(call.headers["content-length"] ?? 0));
  if (declared !== undefined) return declared;
  try {
    for await (const chunk of call.body) {
      const refusal = overflow(sink.size() - mark.size + chunk.length);
      if (refusal !== undefined) {
        await sink.rollback(mark);
        return refusal;
      }
      await sink.append(chunk);
    }
  } catch (error) {
    if (error instanceof BodyCutError && quirks.sessionDroppedAfterCut) {
      await context.sessions.drop(session, "discarded");
    }
    // Whoever counts request bodies stands before the registry, which then sees nothing of such a body.
    if (error instanceof BodyTooLargeError) await sink.rollback(mark);
    throw error;
  }
  const received = sink.size() - mark.size;
  if (range !== undefined && received !== range.end - range.start) {
    await sink.rollback(mark);
    return errorAnswer(400, "SIZE_INVALID", "Content-Range and body differ in length");
  }
  if (received > 0) session.lastChunkStart = mark.size;
  return undefined;
}

function chunkRange(call: Call): ChunkRange | "malformed" | undefined {
  const header = call.headers["content-range"];
  return header === undefined ? undefined : (parseChunkRange(header) ?? "malformed");
}

/** Runs work when all earlier requests of the session are done, so that two chunks never mix. */
export async function inTurn(
  context: RegistryContext,
  session: UploadSession,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const before = session.turn;
  let release: () => void = () => undefined;
  session.turn = new Promise((resolve) => {
    release = resolve;
  });
  await before;
  try {
    const there = context.sessions.find(session.repository, session.id) === session;
    return there ? await work() : unknownUpload();
  } finally {
    release();
  }
}
