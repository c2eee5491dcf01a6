import type { RawManifest, Tag } from "@bale/spec";
import { MANIFEST_HEADERS } from "../registry/manifest-accept.js";
import { sha256 } from "../sha256.js";
import { isGood, type Probe, words } from "./probe.js";
import { scratchManifest } from "./scratch-manifest.js";
import { writeManifest } from "./write-manifest.js";

async function isAt(probe: Probe, tag: Tag, manifest: RawManifest): Promise<boolean> {
  const answer = await probe.ask({ method: "GET", target: `manifests/${tag}`, headers: MANIFEST_HEADERS });
  return isGood(answer) && sha256(answer.bytes) === manifest.digest;
}

/** `If-None-Match: *` on a tag that exists must fail (RFC 9110, section 13.1.2). */
async function probeCondition(probe: Probe, manifest: RawManifest): Promise<void> {
  const answer = await writeManifest(probe, manifest, probe.scratch.tag, {
    headers: { "if-none-match": "*" },
  });
  const bale = "looks at a tag right before it moves it, and again right after";
  if (answer.status === 412) probe.works("tag-condition", "a condition on a tag is kept (412)", bale);
  else if (isGood(answer)) probe.missing("tag-condition", "a condition on a tag is ignored", bale);
  else probe.missing("tag-condition", `a condition on a tag is refused: ${words(answer)}`, bale);
}

/** Writes the scratch tags, and moves one of them. */
export async function probeTags(probe: Probe): Promise<void> {
  const { facts, scratch } = probe;
  const { blob, envelope, manifest } = facts;
  if (!blob || !envelope || !manifest) return;
  const written = await writeManifest(probe, manifest, scratch.tag);
  if (!isGood(written) || !(await isAt(probe, scratch.tag, manifest))) {
    probe.missing(
      "tag-write",
      isGood(written) ? "a tag that was written is not there" : `a tag is refused: ${words(written)}`,
      "cannot push",
    );
    facts.refusal = {
      exit: written.status === 401 || written.status === 403 ? 4 : 10,
      words: "no tag can be written",
    };
    return;
  }
  probe.works("tag-write", "a tag is written, and leads to what was written", "writes tags last of all");
  await probeCondition(probe, manifest);
  const other = scratchManifest({ envelope, blob, note: "another" });
  const moved = await writeManifest(probe, other, scratch.tag);
  if (isGood(moved) && (await isAt(probe, scratch.tag, other))) {
    facts.otherManifest = manifest;
    facts.manifest = other;
    probe.works("tag-move", "a tag can be moved", "moves tags only from where it saw them");
  } else {
    probe.missing(
      "tag-move",
      isGood(moved) ? "a tag stays where it was" : `a tag that exists is not moved: ${words(moved)}`,
      "pushes to new tags only; versions with --bump do",
    );
    if (isGood(await writeManifest(probe, other, other.digest))) facts.otherManifest = other;
  }
  if (facts.otherManifest) await writeManifest(probe, facts.otherManifest, scratch.secondTag);
}
