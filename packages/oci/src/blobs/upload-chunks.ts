import { BaleError } from "@bale/spec";
import { checkAborted, mayPassLater, pauseBeforeRetry } from "../retry-pause.js";
import { isStored } from "./is-stored.js";
import { askProgress, type SessionProgress } from "./session-progress.js";
import type { Upload } from "./upload.js";
import { type ChunkAnswer, sendChunk } from "./upload-chunk.js";
import { tooLarge, uploadLost, uploadRefusal } from "./upload-refusal.js";
import { cancelUpload, type UploadSession } from "./upload-session.js";
import { closeUpload } from "./upload-whole.js";

/** Bytes; a registry that refuses a chunk of this size for its size takes no chunks worth the name. */
export const SMALLEST_CHUNK: number = 1024 * 1024;

function firstChunkSize(upload: Upload, session: UploadSession): number {
  const { chunkSize, maxRequestBytes = Number.MAX_SAFE_INTEGER } = upload.exchange.profile;
  const atMost = Math.min(chunkSize, maxRequestBytes, session.chunkMax ?? Number.MAX_SAFE_INTEGER);
  return Math.max(atMost, session.chunkMin ?? 1, 1);
}

/** Where to go on after a chunk that failed. A count beyond what was sent is no offset of ours: begin anew. */
async function resumeFrom(
  upload: Upload,
  session: UploadSession,
  sentUpTo: number,
  why: BaleError,
): Promise<SessionProgress> {
  const progress = await askProgress(upload.exchange, session, { signal: upload.signal });
  if (progress && progress.kept <= sentUpTo) return progress;
  throw why;
}

function smallerChunk(upload: Upload, session: UploadSession, size: number, why: string): number {
  const smaller = Math.max(Math.floor(size / 2), session.chunkMin ?? 1);
  if (smaller >= size || smaller < SMALLEST_CHUNK) throw tooLarge(upload, why);
  return smaller;
}

interface Position {
  readonly session: UploadSession;
  readonly kept: number;
  readonly chunkSize: number;
  readonly resumed: boolean;
}

async function afterAnswer(
  upload: Upload,
  at: Position,
  end: number,
  answer: ChunkAnswer,
): Promise<Position> {
  if (answer.taken) {
    if (answer.kept <= end) return { ...at, session: answer.session, kept: answer.kept };
    throw uploadLost(upload, `the registry says it has ${answer.kept} bytes, and ${end} were sent`);
  }
  const { failure } = answer;
  if (failure.status === 413)
    return { ...at, chunkSize: smallerChunk(upload, at.session, at.chunkSize, failure.text) };
  const refusal = uploadRefusal(upload, failure);
  // A registry that refuses the very first chunk does not take chunks (Google 405, GHCR 416 above 4 MiB).
  if (at.kept === 0)
    throw new BaleError({
      code: "CAPABILITY_MISSING",
      message: `${upload.exchange.registry} does not take chunks`,
      why: failure.text,
    });
  if (failure.status !== 416) throw refusal;
  return { ...at, ...(await resumeFrom(upload, at.session, end, refusal)), resumed: true };
}

async function nextPosition(upload: Upload, at: Position, fruitless: number): Promise<Position> {
  const end = Math.min(upload.source.size, at.kept + at.chunkSize);
  let answer: ChunkAnswer;
  try {
    answer = await sendChunk(upload, at.session, at.kept, end);
  } catch (error) {
    if (!mayPassLater(error)) throw error;
    await pauseBeforeRetry({ attempt: fruitless + 1, error }, upload.exchange.pauseMs, upload.signal);
    return { ...at, ...(await resumeFrom(upload, at.session, end, error)), resumed: true };
  }
  return afterAnswer(upload, at, end, answer);
}

/** A failure that came when all bytes were sent can mean more than it says. */
function judgeClosing(upload: Upload, at: Position, error: unknown): unknown {
  if (at.kept < upload.source.size) return error;
  // Distribution 2.8 takes the same chunk twice; only the closing digest check shows it.
  if (at.resumed && BaleError.is(error, "DIGEST_MISMATCH"))
    return uploadLost(upload, "the parts of a resumed upload do not add up");
  // Seen with ECR: each chunk is taken, and the closing PUT is not.
  if (!at.resumed && BaleError.is(error, "SERVER") && error.context["status"] === 400)
    return new BaleError({
      code: "CAPABILITY_MISSING",
      message: `${upload.exchange.registry} does not close an upload in chunks`,
      why: error.why,
    });
  return error;
}

/**
 * The closing PUT, and once more while the registry still has all bytes in the session: a failure here must not cost the whole blob.
 */
async function closeChunks(upload: Upload, session: UploadSession): Promise<void> {
  const { exchange, source, signal } = upload;
  let current = session;
  for (let attempt = 1; ; attempt++) {
    try {
      return await closeUpload(upload, current, new Uint8Array(0), undefined);
    } catch (error) {
      if (!mayPassLater(error)) throw error;
      if (await isStored(upload)) return;
      const progress = await askProgress(exchange, current, { signal });
      if (progress?.kept !== source.size || attempt >= exchange.tries) throw error;
      current = progress.session;
      await pauseBeforeRetry({ attempt, error }, exchange.pauseMs, signal);
    }
  }
}

/**
 * PATCHes in order, each in the newest Location, then a closing PUT. A cut chunk goes on from the Range that the registry states.
 * @throws BaleError `CAPABILITY_MISSING` when chunks are not taken, `SERVER` when the session is lost, `DIGEST_MISMATCH`, `TOO_LARGE`
 */
export async function uploadInChunks(upload: Upload, opened: UploadSession): Promise<void> {
  const { exchange, source, signal } = upload;
  let at: Position = {
    session: opened,
    kept: 0,
    chunkSize: firstChunkSize(upload, opened),
    resumed: false,
  };
  let fruitless = 0;
  try {
    while (at.kept < source.size) {
      checkAborted(signal);
      const next = await nextPosition(upload, at, fruitless);
      fruitless = next.kept > at.kept || next.chunkSize < at.chunkSize ? 0 : fruitless + 1;
      at = next;
      if (fruitless >= exchange.tries)
        throw uploadLost(upload, `it stays at ${at.kept} of ${source.size} bytes`);
    }
    await closeChunks(upload, at.session);
  } catch (error) {
    await cancelUpload(exchange, at.session, signal);
    throw judgeClosing(upload, at, error);
  }
}
