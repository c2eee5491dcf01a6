import { BaleError, type ByteSource, type Digest } from "@bale/spec";
import { closingLocation, resolveLocation } from "../blobs/resolve-location.js";
import type { Answer } from "./ask.js";
import { isGood, type Probe } from "./probe.js";
import type { ScratchBlob } from "./scratch.js";

/** An upload that was opened, or the answer that opened none. */
export interface Opened {
  readonly answer: Answer;
  readonly location: URL | undefined;
}

/** Where an answer leads; `undefined` where it leads nowhere that is followed. */
export function locationOf(probe: Probe, asked: URL, answer: Answer): URL | undefined {
  const header = answer.headers["location"];
  if (header === undefined) return undefined;
  try {
    return resolveLocation(probe.exchange, asked, header);
  } catch (error) {
    if (BaleError.is(error, "CROSS_ORIGIN")) return undefined;
    throw error;
  }
}

export function uploadsUrl(probe: Probe, search = ""): URL {
  const { exchange } = probe;
  const url = new URL(`/v2/${exchange.repository}/blobs/uploads/`, exchange.origin);
  url.search = search;
  return url;
}

/** Opens an upload. */
export async function openUpload(probe: Probe): Promise<Opened> {
  const target = uploadsUrl(probe);
  const answer = await probe.ask({ method: "POST", target, body: new Uint8Array(0) });
  return { answer, location: isGood(answer) ? locationOf(probe, target, answer) : undefined };
}

/** Sends a chunk that begins at `start`. */
export function patch(
  probe: Probe,
  location: URL,
  start: number,
  body: Uint8Array | ByteSource,
): Promise<Answer> {
  const size = body instanceof Uint8Array ? body.length : body.size;
  return probe.ask({
    method: "PATCH",
    target: location,
    headers: { "content-type": "application/octet-stream", "content-range": `${start}-${start + size - 1}` },
    body,
    once: true,
  });
}

/** The PUT that ends an upload; `stored`: the bytes of the blob, where chunks went before. */
export async function closeUpload(
  probe: Probe,
  location: URL,
  digest: Digest,
  body: Uint8Array | ByteSource,
  stored: number = body instanceof Uint8Array ? body.length : body.size,
): Promise<Answer> {
  const { blobs, sizes } = probe.scratch;
  const isNew = !blobs.has(digest);
  blobs.add(digest);
  if (isNew) sizes.set(digest, stored);
  const answer = await probe.ask({
    method: "PUT",
    target: closingLocation(location, digest),
    headers: { "content-type": "application/octet-stream" },
    body,
    once: true,
  });
  if (isNew && answer.status >= 400 && answer.status < 500) blobs.delete(digest);
  return answer;
}

export function giveUp(probe: Probe, location: URL): Promise<Answer> {
  return probe.ask({ method: "DELETE", target: location, actions: ["pull", "push"] });
}

/** A blob in one PUT; the location is that of the upload which it ended. */
export async function putWhole(
  probe: Probe,
  blob: ScratchBlob,
  digest: Digest = blob.digest,
): Promise<Opened> {
  const opened = await openUpload(probe);
  if (opened.location === undefined) return opened;
  const answer = await closeUpload(probe, opened.location, digest, blob.bytes);
  if (!isGood(answer)) await giveUp(probe, opened.location);
  return { answer, location: opened.location };
}

/** How many bytes the registry has of a blob; `undefined` where it has none, or does not say. */
export async function storedSize(probe: Probe, digest: Digest): Promise<number | undefined> {
  const head = await probe.ask({ method: "HEAD", target: `blobs/${digest}` });
  if (head.status !== 200) return undefined;
  const length = head.headers["content-length"];
  if (length !== undefined && /^[0-9]{1,15}$/.test(length)) return Number(length);
  const whole = await probe.ask({ method: "GET", target: `blobs/${digest}`, keep: 16 * 1024 * 1024 });
  return whole.status === 200 ? whole.bytes.length : undefined;
}
