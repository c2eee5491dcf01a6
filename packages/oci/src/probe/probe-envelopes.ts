import { MEDIA_TYPES, type RawManifest } from "@bale/spec";
import type { Answer } from "./ask.js";
import { isGood, type Probe, words } from "./probe.js";
import { describeBlob, scratchManifest } from "./scratch-manifest.js";
import { writeManifest } from "./write-manifest.js";

/** Writes a manifest by its digest, and names the scratch tag on the way: a registry that reads `?tag=` answers OCI-Tag. */
function write(probe: Probe, manifest: RawManifest, query = ""): Promise<Answer> {
  return writeManifest(probe, manifest, manifest.digest, { query });
}

function reportParameters(probe: Probe, answer: Answer): void {
  const { scratch } = probe;
  const bale = "writes a manifest by digest, then its tags one by one";
  if (answer.headers["oci-tag"] === undefined)
    probe.missing("tag-parameters", "tags in the address of a manifest are not read", bale);
  else {
    scratch.tags.add(scratch.tag);
    probe.works("tag-parameters", "one write of a manifest may name tags as well (OCI-Tag)", bale);
  }
}

async function probeConfigType(probe: Probe): Promise<void> {
  const { blob } = probe.facts;
  if (!blob) return;
  const manifest = scratchManifest({
    envelope: "compatible",
    blob,
    note: "config type",
    change: { config: describeBlob(MEDIA_TYPES.index, blob) },
  });
  const answer = await write(probe, manifest);
  const bale = "does not write this form";
  if (isGood(answer)) probe.works("config-type", "any type of config is taken", bale);
  else probe.missing("config-type", `only some types of config are taken: ${words(answer)}`, bale);
}

/** Which of the two envelopes is taken, and why the other one is not. */
export async function probeEnvelopes(probe: Probe): Promise<void> {
  const { facts, learned, scratch } = probe;
  const { blob } = facts;
  if (!blob) return;
  const native = scratchManifest({ envelope: "native", blob, note: "native" });
  const compatible = scratchManifest({ envelope: "compatible", blob, note: "compatible" });
  const asNative = await write(probe, native, `?tag=${scratch.tag}`);
  const asCompatible = await write(probe, compatible, isGood(asNative) ? "" : `?tag=${scratch.tag}`);
  if (isGood(asNative)) reportParameters(probe, asNative);
  else if (isGood(asCompatible)) reportParameters(probe, asCompatible);
  if (isGood(asCompatible))
    probe.works(
      "envelope-compatible",
      "an image's config without an artifact type is taken",
      "uses it where it has to, or with --envelope compatible",
    );
  else
    probe.missing(
      "envelope-compatible",
      `an image's config without an artifact type is refused: ${words(asCompatible)}`,
      "does not use it here",
    );
  if (isGood(asNative)) {
    learned.envelope = "native";
    facts.manifest = native;
    facts.envelope = "native";
    probe.works("envelope-native", "an artifact type of its own is taken", "uses the native envelope");
  } else {
    probe.missing(
      "envelope-native",
      `an artifact type of its own is refused: ${words(asNative)}`,
      isGood(asCompatible) ? "uses the compatible envelope" : "cannot push",
    );
  }
  await probeConfigType(probe);
  if (isGood(asNative)) return;
  if (isGood(asCompatible)) {
    learned.envelope = "compatible";
    facts.manifest = compatible;
    facts.envelope = "compatible";
  } else facts.refusal = { exit: 10, words: "no form of manifest is taken" };
}
