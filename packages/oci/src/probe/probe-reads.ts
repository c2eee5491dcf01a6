import { parseContentRange } from "@bale/http";
import { isDigest, MEDIA_TYPES } from "@bale/spec";
import { readMediaType } from "../parse-descriptor.js";
import { MANIFEST_HEADERS } from "../registry/manifest-accept.js";
import { sha256 } from "../sha256.js";
import type { Answer } from "./ask.js";
import { isGood, type Probe, type ReadSubject, words } from "./probe.js";

const WHOLE = { "accept-encoding": "identity" };
/** Larger blobs of others are not read whole. */
const MOST = 8 * 1024 * 1024;

function equal(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0;
}

async function readWhole(probe: Probe, { blob }: ReadSubject): Promise<Uint8Array | undefined> {
  const target = `blobs/${blob.digest}`;
  if (blob.size > MOST) {
    probe.skip("blob-read", "the only blobs there are are too large to read for this");
    return undefined;
  }
  const answer = await probe.ask({ method: "GET", target, headers: WHOLE, keep: MOST + 1 });
  if (answer.status !== 200 || sha256(answer.bytes) !== blob.digest) {
    probe.missing(
      "blob-read",
      answer.status === 200 ? "a blob comes back with other bytes" : `a blob is not given: ${words(answer)}`,
      "cannot pull",
    );
    return undefined;
  }
  probe.works(
    "blob-read",
    "a blob comes back as it is stored",
    "checks the digest of everything that it reads",
  );
  const host = new URL(answer.url).host;
  const bale = "follows, and takes no credentials along";
  if (host === new URL(probe.exchange.origin).host)
    probe.works("blob-redirect", "the registry gives the bytes of blobs itself", bale);
  else probe.limited("blob-redirect", `another host gives the bytes of blobs, ${host}`, bale);
  return answer.bytes;
}

async function probeLength(probe: Probe, { blob }: ReadSubject): Promise<void> {
  const head = await probe.ask({ method: "HEAD", target: `blobs/${blob.digest}`, headers: WHOLE });
  const length = head.headers["content-length"];
  const bale = "asks for one byte and reads the total";
  if (head.status !== 200)
    probe.missing("blob-length", `HEAD of a blob: ${words(head)}`, "cannot tell which blobs are there");
  else if (length === String(blob.size))
    probe.works("blob-length", "HEAD tells how long a blob is", "asks so");
  else if (length === undefined) probe.missing("blob-length", "HEAD does not tell how long a blob is", bale);
  else probe.missing("blob-length", `HEAD says ${length} of ${blob.size} bytes`, bale);
}

/** What the answer to a range is worth. */
function judgeRange(
  answer: Answer,
  range: { start: number; end: number },
  whole: Uint8Array,
): string | undefined {
  if (answer.status === 200) return "ranges are ignored: all of a blob comes";
  if (answer.status !== 206) return `a range is refused: ${words(answer)}`;
  const given = parseContentRange(answer.headers["content-range"]);
  if (!given) return "206 without a usable Content-Range";
  if (given.start !== range.start || given.endExclusive !== range.end)
    return `bytes ${given.start}-${given.endExclusive - 1} come where ${range.start}-${range.end - 1} were asked for`;
  return equal(answer.bytes, whole.subarray(range.start, range.end))
    ? undefined
    : "other bytes come than the range says";
}

async function probeRange(probe: Probe, { blob }: ReadSubject, whole: Uint8Array): Promise<void> {
  const range = { start: Math.floor(blob.size / 3), end: Math.floor((blob.size * 2) / 3) };
  if (range.end <= range.start) return probe.skip("range", "the only blobs there are are too small");
  const answer = await probe.ask({
    method: "GET",
    target: `blobs/${blob.digest}`,
    headers: { ...WHOLE, range: `bytes=${range.start}-${range.end - 1}` },
    keep: MOST,
  });
  const wrong = judgeRange(answer, range, whole);
  probe.learned.ranges = wrong === undefined;
  if (wrong === undefined)
    probe.works("range", "a part of a blob can be read (206)", "fetches only the parts that it needs");
  else probe.limited("range", wrong, "reads blobs whole and cuts them");
}

async function probePastEnd(probe: Probe, { blob }: ReadSubject): Promise<void> {
  const answer = await probe.ask({
    method: "GET",
    target: `blobs/${blob.digest}`,
    headers: { ...WHOLE, range: `bytes=${blob.size}-${blob.size + 9}` },
    once: true,
    keep: 1024,
  });
  const bale = "asks for nothing after the end";
  if (answer.status === 416) probe.works("range-past-end", "a part after the end is refused (416)", bale);
  else if (answer.status === 0)
    probe.limited("range-past-end", "the connection is cut where a part after the end is asked for", bale);
  else probe.limited("range-past-end", `a part after the end is answered ${answer.status}`, bale);
}

/** The pull side of blobs. */
export async function probeBlobReads(probe: Probe, subject: ReadSubject): Promise<void> {
  await probeLength(probe, subject);
  const whole = await readWhole(probe, subject);
  if (whole) await probeRange(probe, subject, whole);
  await probePastEnd(probe, subject);
}

function probeDigestHeader(probe: Probe, answers: readonly Answer[], subject: ReadSubject): void {
  const said = answers.map(({ headers }) => headers["docker-content-digest"]);
  const id = "digest-header";
  const hashes = "reads the manifest and hashes it";
  const wrong = said.some((digest) => isDigest(digest) && digest !== subject.manifest.digest);
  probe.learned.statesDigest = !wrong;
  if (wrong)
    probe.limited(
      id,
      "Docker-Content-Digest is that of other bytes",
      "does not believe it, and hashes every manifest itself",
    );
  else if (said.every((digest) => digest === subject.manifest.digest))
    probe.works(id, "Docker-Content-Digest is that of the bytes", "compares it with the bytes");
  else if (said.some((digest) => digest === undefined))
    probe.missing(id, "manifests come without Docker-Content-Digest", hashes);
  else probe.limited(id, "Docker-Content-Digest has another algorithm than the reference", hashes);
}

async function probeAccept(probe: Probe, subject: ReadSubject): Promise<void> {
  const answer = await probe.ask({
    method: "GET",
    target: `manifests/${subject.reference}`,
    headers: { accept: "*/*" },
    keep: 5 * 1024 * 1024,
  });
  const bale = "names every type that it can read";
  if (!isGood(answer))
    return probe.limited("accept", `a manifest is given only to who names its type: ${words(answer)}`, bale);
  if (equal(answer.bytes, subject.manifest.bytes))
    return probe.works("accept", "a manifest is given whatever Accept says", bale);
  const type = readMediaType(answer.headers["content-type"]) ?? "no type";
  probe.limited("accept", `who does not name its type is given another document (${type})`, bale);
}

/** The pull side of manifests. */
export async function probeManifestReads(probe: Probe, subject: ReadSubject): Promise<void> {
  const { manifest, reference } = subject;
  const question = { headers: MANIFEST_HEADERS, keep: 5 * 1024 * 1024 } as const;
  const head = await probe.ask({ ...question, method: "HEAD", target: `manifests/${reference}` });
  const byTag = await probe.ask({ ...question, method: "GET", target: `manifests/${reference}` });
  const byDigest = await probe.ask({ ...question, method: "GET", target: `manifests/${manifest.digest}` });
  const wrong = [byTag, byDigest].find((answer) => !equal(answer.bytes, manifest.bytes));
  if (wrong)
    probe.missing(
      "manifest-read",
      isGood(wrong) ? "a manifest comes back with other bytes" : `a manifest is not given: ${words(wrong)}`,
      "cannot pull",
    );
  else
    probe.works(
      "manifest-read",
      "a manifest comes back byte for byte, by tag and by digest",
      "checks its digest",
    );
  const answers = [head, byTag, byDigest].filter(isGood);
  if (answers.length > 0) probeDigestHeader(probe, answers, subject);
  const bale = "knows content by its digest";
  if (answers.some(({ headers }) => headers["etag"] !== undefined))
    probe.works("etag", "manifests have an ETag", bale);
  else probe.missing("etag", "manifests have no ETag", bale);
  await probeAccept(probe, subject);
}

/** Media types that bale itself reads as a bundle or another tool's artifact. */
export function isManifestType(type: string | undefined): boolean {
  const read = readMediaType(type);
  return read === MEDIA_TYPES.manifest || read === MEDIA_TYPES.dockerManifest;
}
