import { sha256 } from "../sha256.js";
import type { Answer } from "./ask.js";
import { isGood, type Probe, type PushRefusal, words } from "./probe.js";
import type { ScratchBlob } from "./scratch.js";
import { closeUpload, giveUp, locationOf, openUpload, putWhole, storedSize, uploadsUrl } from "./sessions.js";

const SMALL = 64 * 1024;

/** What an upload that could not be opened means. */
function refusalOf(probe: Probe, answer: Answer): PushRefusal {
  const absent = probe.facts.repository === "absent";
  if (answer.status === 401 || answer.status === 403)
    return { exit: 4, words: "the account may not push here" };
  if (answer.status === 404 || (answer.status === 0 && absent))
    return { exit: 10, words: "the repository does not exist, and a push does not make it" };
  if (answer.status === 405 || answer.status === 501)
    return { exit: 10, words: "the registry takes no uploads" };
  if (answer.status === 0) return { exit: 7, words: "the connection broke when an upload was opened" };
  return { exit: 10, words: "the registry refuses uploads" };
}

function reportRefusal(probe: Probe, answer: Answer): void {
  const refusal = refusalOf(probe, answer);
  probe.facts.refusal = refusal;
  probe.missing("upload-whole", `no upload could be opened: ${words(answer)}`, "cannot push");
  if (refusal.exit === 10 && (answer.status === 404 || answer.status === 0))
    probe.missing(
      "create-on-push",
      answer.status === 0
        ? "the connection is cut when a push goes to a repository that is not there, as ECR does"
        : `a push to a repository that is not there is refused: ${words(answer)}`,
      "cannot push until the repository is made in the registry's own interface",
    );
}

function reportLocation(probe: Probe, header: string): void {
  const { origin } = probe.exchange;
  const bale = "goes where the registry leads, and takes no credentials to another host";
  const url = URL.canParse(header) ? new URL(header) : undefined;
  const path = url ? url.pathname : header;
  const odd =
    url && url.hostname !== new URL(origin).hostname
      ? `another host, ${url.host}`
      : url && url.origin !== origin
        ? `${url.origin}, another port or scheme of the host`
        : path.startsWith("/v2/")
          ? undefined
          : "a path that is not below /v2/, as behind a proxy";
  if (odd !== undefined) probe.limited("upload-location", `uploads go on at ${odd}`, bale);
  else
    probe.works(
      "upload-location",
      `uploads go on at ${url ? "an absolute address" : "a path"} of the registry`,
      bale,
    );
}

/** A finished upload is known no more; some registries begin a new one under its name. */
async function probeUnknownSession(probe: Probe, location: URL, blob: ScratchBlob): Promise<void> {
  const again = await closeUpload(probe, location, blob.digest, blob.bytes);
  const bale = "begins a new upload where one is lost";
  if (isGood(again))
    probe.limited("unknown-session", "bytes for an upload that has ended begin a new one", bale);
  else probe.works("unknown-session", "bytes for an upload that has ended are refused", bale);
}

/** The first upload: whether one can be opened at all, and where it goes on. */
export async function probeFirstUpload(probe: Probe): Promise<void> {
  const { facts, scratch } = probe;
  const opened = await openUpload(probe);
  if (!isGood(opened.answer)) return reportRefusal(probe, opened.answer);
  if (facts.repository === "there") probe.skip("create-on-push", "the repository was there before");
  else if (facts.repository === "absent")
    probe.works("create-on-push", "the first upload makes the repository", "pushes without asking for it");
  else probe.skip("create-on-push", "the registry does not tell whether the repository was there");
  reportLocation(probe, opened.answer.headers["location"] ?? "");
  const { location } = opened;
  if (location === undefined) {
    facts.refusal = { exit: 10, words: "uploads lead to a place that is not followed" };
    probe.missing(
      "upload-location",
      "the Location of an upload is missing, or leads out of https",
      "cannot push",
    );
    return;
  }
  const blob = scratch.blob(SMALL);
  const closed = await closeUpload(probe, location, blob.digest, blob.bytes);
  if (!isGood(closed)) {
    probe.missing("upload-whole", `one PUT is refused: ${words(closed)}`, "sends chunks where those work");
    await giveUp(probe, location);
    return;
  }
  const size = await storedSize(probe, blob.digest);
  if (size !== blob.size) {
    probe.missing(
      "upload-whole",
      `${blob.size} bytes were sent in one PUT, and ${size ?? "none"} are there`,
      "cannot push: what is stored is not what was sent",
    );
    return;
  }
  facts.blob = blob;
  facts.takenSize = blob.size;
  probe.works("upload-whole", "one PUT stores a blob", "sends blobs up to 64 MiB so");
  const bale = "knows where a blob is by its digest";
  if (closed.headers["location"] === undefined)
    probe.limited("closing-location", "the end of an upload does not say where the blob is", bale);
  else probe.works("closing-location", "the end of an upload says where the blob is", bale);
  await probeUnknownSession(probe, location, blob);
}

/** A POST with all bytes, which a registry may turn into an ordinary upload. */
export async function probePost(probe: Probe): Promise<void> {
  const { facts, learned, scratch } = probe;
  const blob = scratch.blob(SMALL);
  scratch.blobs.add(blob.digest);
  scratch.sizes.set(blob.digest, blob.size);
  const target = uploadsUrl(probe, `?digest=${encodeURIComponent(blob.digest)}`);
  const answer = await probe.ask({
    method: "POST",
    target,
    headers: { "content-type": "application/octet-stream" },
    body: blob.bytes,
    once: true,
  });
  if (answer.status === 201 && (await storedSize(probe, blob.digest)) === blob.size) {
    facts.spareBlob = blob;
    learned.postUpTo = SMALL;
    probe.works("upload-post", "one POST stores a blob", "sends blobs up to 64 KiB so");
    return;
  }
  const location = answer.status === 202 ? locationOf(probe, target, answer) : undefined;
  if (location) await giveUp(probe, location);
  learned.postUpTo = 0;
  const bale = "sends small blobs by POST and PUT";
  if (answer.status === 202)
    probe.limited("upload-post", "one POST opens an upload and stores nothing (202)", bale);
  else probe.missing("upload-post", `one POST stores nothing: ${words(answer)}`, bale);
}

/** Bytes under the digest of others: a registry has to refuse them. */
export async function probeDigestCheck(probe: Probe): Promise<void> {
  const { learned, scratch } = probe;
  const blob = scratch.blob(1024);
  const { answer } = await putWhole(probe, blob, sha256(scratch.blob(1024).bytes));
  if (!isGood(answer)) {
    probe.works(
      "blob-digest-check",
      "bytes under a wrong digest are refused",
      "leaves the check to the registry",
    );
    return;
  }
  learned.verifiesDigest = false;
  probe.missing(
    "blob-digest-check",
    "bytes are stored under whatever digest is named",
    "hashes what it sends, and asks for the size after each upload",
  );
}

const NOTHING = new Uint8Array(0);

/** The blob of no bytes is everybody's: it is never deleted. */
export async function probeEmptyBlob(probe: Probe): Promise<void> {
  const digest = sha256(NOTHING);
  const { answer } = await putWhole(probe, { bytes: NOTHING, digest, size: 0 });
  probe.scratch.blobs.delete(digest);
  probe.facts.emptyBlobStored = isGood(answer);
  const bale = "stores empty files in the index, and never an empty blob";
  if (isGood(answer)) probe.works("empty-blob", "a blob without bytes is stored", bale);
  else probe.missing("empty-blob", `a blob without bytes is refused: ${words(answer)}`, bale);
}
