import { keptBytes } from "../blobs/session-progress.js";
import { sha256 } from "../sha256.js";
import type { Answer } from "./ask.js";
import { isGood, type Probe, words } from "./probe.js";
import { closeUpload, giveUp, locationOf, openUpload, patch, storedSize } from "./sessions.js";
import { largeSizes, sizeWords } from "./sizes.js";

const KiB = 1024;
const FIRST = 64 * KiB;
const TAIL = 1000;
/** A minimum above this is believed and not tried. */
const MOST = 6 * 1024 * KiB;

function statedCount(answer: Answer, name: string): number | undefined {
  const value = answer.headers[name];
  return value !== undefined && /^[0-9]{1,15}$/.test(value) ? Number(value) : undefined;
}

/** The size of a first chunk by what the registry states; `undefined` where it states too much to try. */
function statedSize(probe: Probe, opened: Answer): number | undefined {
  const minimum = statedCount(opened, "oci-chunk-min-length");
  const maximum = statedCount(opened, "oci-chunk-max-length");
  const bale = "obeys it";
  if (minimum === undefined) probe.works("chunk-minimum", "chunks have no least size", bale);
  else probe.limited("chunk-minimum", `all chunks but the last have at least ${sizeWords(minimum)}`, bale);
  if (maximum === undefined) probe.works("chunk-maximum", "no largest size of a chunk is stated", bale);
  else probe.limited("chunk-maximum", `chunks have at most ${sizeWords(maximum)}`, bale);
  const size = Math.max(Math.min(FIRST, maximum ?? FIRST), minimum ?? 1);
  return size <= MOST ? size : undefined;
}

function noChunks(probe: Probe, line: string): void {
  probe.learned.chunked = false;
  probe.missing("chunks", line, "sends every blob in one PUT");
}

/** A blob in two chunks: whether they are taken, whether the upload ends well, and whether all of it is there. */
export async function probeChunks(probe: Probe): Promise<void> {
  const { facts, scratch } = probe;
  const opened = await openUpload(probe);
  if (opened.location === undefined)
    return noChunks(probe, `no second upload was opened: ${words(opened.answer)}`);
  const size = statedSize(probe, opened.answer);
  if (size === undefined) {
    await giveUp(probe, opened.location);
    return probe.skip("chunks", "the least size of a chunk is more than is tried");
  }
  const { bytes } = scratch.blob(size + TAIL);
  const digest = sha256(bytes);
  const first = await patch(probe, opened.location, 0, bytes.subarray(0, size));
  if (!isGood(first)) {
    await giveUp(probe, opened.location);
    return noChunks(probe, `a chunk is refused: ${words(first)}`);
  }
  reportAnswer(probe, first, opened.location);
  const second = locationOf(probe, opened.location, first) ?? opened.location;
  const last = await patch(probe, second, size, bytes.subarray(size));
  const third = locationOf(probe, second, last) ?? second;
  if (!isGood(last)) {
    await giveUp(probe, third);
    return noChunks(probe, `a second chunk is refused: ${words(last)}`);
  }
  const closed = await closeUpload(probe, third, digest, new Uint8Array(0), bytes.length);
  if (!isGood(closed)) {
    await giveUp(probe, third);
    return noChunks(probe, `chunks are taken, and the end of the upload is refused: ${words(closed)}`);
  }
  const stored = await storedSize(probe, digest);
  if (stored !== bytes.length) {
    probe.learned.checkSize = true;
    return noChunks(
      probe,
      `${bytes.length} bytes were sent in two chunks, and ${stored ?? "none"} are there${stored === TAIL ? ": only the last chunk is kept" : ""}`,
    );
  }
  facts.chunk = size;
  facts.spareBlob ??= { bytes, digest, size: bytes.length };
  facts.blob ??= { bytes, digest, size: bytes.length };
  probe.works("chunks", "a blob in two chunks is stored", "sends blobs above 64 MiB so");
}

function reportAnswer(probe: Probe, answer: Answer, before: URL): void {
  const bale = "takes both for a success";
  if (answer.status === 201) probe.limited("chunk-answer", "a chunk is answered 201, as by ECR", bale);
  else if (answer.status === 202) probe.works("chunk-answer", "a chunk is answered 202", bale);
  else probe.limited("chunk-answer", `a chunk is answered ${answer.status}`, bale);
  const after = locationOf(probe, before, answer);
  const follows = "goes on at the newest address";
  if (after === undefined || after.href === before.href)
    probe.works("session-state", "an upload stays at one address", follows);
  else
    probe.limited(
      "session-state",
      "each answer moves the upload, and only its newest address counts",
      follows,
    );
}

/** The same chunk twice, how far the upload says it is, and whether it can be given up. */
export async function probeSession(probe: Probe): Promise<void> {
  const { facts, learned, scratch } = probe;
  const size = facts.chunk;
  const opened = await openUpload(probe);
  if (opened.location === undefined) return;
  let location = opened.location;
  let sent = 0;
  if (size !== undefined) {
    const { bytes } = scratch.blob(size);
    const first = await patch(probe, location, 0, bytes);
    if (isGood(first)) sent = size;
    location = locationOf(probe, location, first) ?? location;
  }
  const status = await probe.ask({ method: "GET", target: location, actions: ["pull", "push"] });
  location = locationOf(probe, location, status) ?? location;
  reportStatus(probe, status, sent);
  learned.sessionStatus = probe.stateOf("session-status") === "works";
  if (sent > 0) {
    const again = await patch(probe, location, 0, scratch.blob(sent).bytes);
    location = locationOf(probe, location, again) ?? location;
    const bale = "goes on from where the registry says it is, and begins anew where the parts do not add up";
    if (isGood(again))
      probe.limited("chunk-order", "offsets are not read: the same chunk twice is appended twice", bale);
    else probe.works("chunk-order", "a chunk at the wrong place is refused", bale);
  }
  const given = await giveUp(probe, location);
  const bale = "gives up uploads that it does not finish; the registry ends others in time";
  if (isGood(given)) probe.works("session-cancel", "an upload can be given up", bale);
  else probe.missing("session-cancel", `an upload cannot be given up: ${words(given)}`, bale);
}

function reportStatus(probe: Probe, status: Answer, sent: number): void {
  const kept = keptBytes(status);
  // A session without bytes says 0-0 at distribution, which is one byte by the letter.
  const right = kept === sent || (sent === 0 && (kept === 1 || kept === undefined));
  if (status.status === 204 && right)
    probe.works("session-status", "an upload tells how far it is", "goes on from there after a break");
  else if (status.status === 204)
    probe.limited(
      "session-status",
      `an upload tells a wrong length: ${kept ?? "none"} of ${sent}`,
      "begins a broken upload anew",
    );
  else
    probe.missing(
      "session-status",
      `an upload does not tell how far it is: ${words(status)}`,
      "begins a broken upload anew",
    );
}

/** A larger chunk: some registries bound it without saying so. */
export async function probeChunkSize(probe: Probe): Promise<void> {
  const { facts, learned, scratch } = probe;
  const known = facts.chunk;
  if (known === undefined) return;
  let refused: Answer | undefined;
  let refusedSize = 0;
  let taken = known;
  for (const size of largeSizes(known)) {
    const opened = await openUpload(probe);
    if (opened.location === undefined) break;
    const most = statedCount(opened.answer, "oci-chunk-max-length");
    if (most !== undefined && size > most) {
      await giveUp(probe, opened.location);
      continue;
    }
    const answer = await patch(probe, opened.location, 0, scratch.blob(size).bytes);
    await giveUp(probe, locationOf(probe, opened.location, answer) ?? opened.location);
    if (isGood(answer)) {
      taken = size;
      break;
    }
    refused ??= answer;
    refusedSize ||= size;
  }
  facts.largestChunk = taken;
  if (refused === undefined) {
    probe.works(
      "chunk-size",
      `a chunk of ${sizeWords(taken)} is taken`,
      "sends chunks of 64 MiB, and smaller ones where that fails",
    );
    return;
  }
  learned.chunkSize = taken;
  probe.limited(
    "chunk-size",
    `a chunk of ${sizeWords(refusedSize)} is refused, and one of ${sizeWords(taken)} taken: ${words(refused)}`,
    `sends chunks of ${sizeWords(taken)}`,
  );
}
