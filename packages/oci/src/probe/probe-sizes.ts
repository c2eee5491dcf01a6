import { sha256 } from "../sha256.js";
import type { Answer } from "./ask.js";
import { isGood, type Probe, words } from "./probe.js";
import { closeUpload, giveUp, locationOf, openUpload, patch, putWhole } from "./sessions.js";
import { largeSizes, sizeWords } from "./sizes.js";

/** Whether bytes that are too many for one request add up to a blob in chunks: then it is requests that are bounded. */
async function passesInChunks(probe: Probe, size: number, chunk: number): Promise<boolean> {
  const opened = await openUpload(probe);
  if (opened.location === undefined) return false;
  const { bytes } = probe.scratch.blob(size);
  let location = opened.location;
  for (let at = 0; at < size; at += chunk) {
    const answer = await patch(probe, location, at, bytes.subarray(at, at + chunk));
    location = locationOf(probe, location, answer) ?? location;
    if (!isGood(answer)) {
      await giveUp(probe, location);
      return false;
    }
  }
  return isGood(await closeUpload(probe, location, sha256(bytes), new Uint8Array(0), size));
}

/** A blob of 5 MiB in one PUT; where it is refused, what bounds it. */
export async function probeUploadSize(probe: Probe): Promise<void> {
  const { facts, learned, scratch } = probe;
  const id = "upload-size";
  let taken = facts.takenSize;
  if (taken === undefined) return;
  let refused: Answer | undefined;
  for (const size of largeSizes(taken)) {
    const { answer } = await putWhole(probe, scratch.blob(size));
    if (isGood(answer)) {
      taken = size;
      break;
    }
    refused ??= answer;
    facts.refusedSize = size;
  }
  facts.takenSize = taken;
  if (refused === undefined) {
    probe.works(
      id,
      `a blob of ${sizeWords(taken)} is taken in one PUT`,
      "knows no bound but those of the built-in profile",
    );
    return;
  }
  const size = facts.refusedSize ?? taken;
  const { largestChunk: chunk } = facts;
  const sizes = `${sizeWords(size)} in one PUT are refused, and ${sizeWords(taken)} taken (${words(refused)})`;
  if (chunk !== undefined && (await passesInChunks(probe, size, Math.min(chunk, taken)))) {
    learned.maxRequestBytes = taken;
    probe.limited(
      id,
      `${sizes}; as much passes in chunks, so it is requests that are bounded`,
      "sends larger blobs in chunks",
    );
    return;
  }
  learned.maxBlobSize = taken;
  probe.limited(id, sizes, "packs files accordingly, and refuses larger ones, which want an external store");
}
