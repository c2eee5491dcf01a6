import { type JsonObject, MEDIA_TYPES, type MediaType, type RawManifest } from "@bale/spec";
import { readMediaType } from "../parse-descriptor.js";
import { readReferrersIndex } from "../referrers-index.js";
import type { Answer } from "./ask.js";
import { isGood, type Probe, words } from "./probe.js";
import { scratchManifest } from "./scratch-manifest.js";
import { writeManifest } from "./write-manifest.js";

const KIND = "application/vnd.bale.doctor.v1" as MediaType;
const OTHER_KIND = "application/vnd.bale.doctor.other.v1";
/** Answers that transfers themselves take for "there is no such API". */
const ABSENCE: ReadonlySet<number> = new Set([200, 400, 404, 405, 501]);

function refers(answer: Answer, referrer: RawManifest): boolean {
  if (answer.status !== 200 || readMediaType(answer.headers["content-type"]) !== MEDIA_TYPES.imageIndex)
    return false;
  try {
    return readReferrersIndex(answer.bytes).some(({ digest }) => digest === referrer.digest);
  } catch {
    return false;
  }
}

function why(answer: Answer): string {
  if (answer.status !== 200) return words(answer);
  const type = readMediaType(answer.headers["content-type"]);
  return type === MEDIA_TYPES.imageIndex ? "the list leaves it out" : `the answer is ${type ?? "of no type"}`;
}

/** A manifest with a subject, and the lists that should name it. */
export async function probeReferrers(probe: Probe): Promise<void> {
  const { facts, learned } = probe;
  const { blob, envelope, manifest } = facts;
  if (!blob || !envelope || !manifest) return;
  const subject: JsonObject = {
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.bytes.length,
  };
  const referrer = scratchManifest({
    envelope,
    blob,
    note: "referrer",
    artifactType: KIND,
    change: { subject },
  });
  const written = await writeManifest(probe, referrer, referrer.digest);
  if (!isGood(written)) {
    probe.missing(
      "referrers",
      `a manifest with a subject is refused: ${words(written)}`,
      "keeps the list in a tag",
    );
    return;
  }
  facts.referrer = referrer;
  const listed = await probe.ask({ method: "GET", target: `referrers/${manifest.digest}` });
  const served = refers(listed, referrer);
  if (served) probe.works("referrers", "the registry lists who refers to a manifest", "asks it");
  else {
    learned.referrers = ABSENCE.has(listed.status) ? "api" : "tag";
    probe.missing("referrers", `there is no list of referrers: ${why(listed)}`, "keeps the list in a tag");
  }
  const named = written.headers["oci-subject"] !== undefined;
  const asks = "asks the list itself, and writes the tag where there is none";
  if (named === served)
    probe.works(
      "referrers-subject",
      named ? "a write names the subject (OCI-Subject)" : "a write names no subject",
      asks,
    );
  else
    probe.limited(
      "referrers-subject",
      named
        ? "a write names the subject, and there is no list"
        : "a write does not name the subject, and there is a list",
      asks,
    );
  if (!served) return probe.skip("referrers-filter", "there is no list of referrers");
  const target = `referrers/${manifest.digest}?artifactType=${encodeURIComponent(OTHER_KIND)}`;
  const filtered = await probe.ask({ method: "GET", target });
  const bale = "filters what it is given";
  if (refers(filtered, referrer))
    probe.limited("referrers-filter", "the list is not filtered by artifact type", bale);
  else probe.works("referrers-filter", "the list is filtered by artifact type", bale);
}
