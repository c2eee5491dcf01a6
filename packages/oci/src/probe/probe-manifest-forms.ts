import { type Digest, type JsonObject, MEDIA_TYPES } from "@bale/spec";
import { sha256 } from "../sha256.js";
import type { Answer } from "./ask.js";
import { isGood, type Probe, words } from "./probe.js";
import { describeBlob, scratchManifest } from "./scratch-manifest.js";
import { writeManifest } from "./write-manifest.js";

const NONDISTRIBUTABLE = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";

interface Form {
  readonly probe: Probe;
  readonly note: string;
  readonly change: JsonObject;
  readonly under?: Digest | undefined;
}

/** Writes a manifest that differs from the one that was taken in one respect; `undefined` where none was taken. */
async function write({ probe, note, change, under }: Form): Promise<Answer | undefined> {
  const { facts } = probe;
  if (!facts.blob || !facts.envelope) return undefined;
  const manifest = scratchManifest({ envelope: facts.envelope, blob: facts.blob, note, change });
  return writeManifest(probe, manifest, under ?? manifest.digest);
}

function layersOf(probe: Probe, type: string, digest?: Digest): JsonObject {
  const { blob } = probe.facts;
  if (!blob) return {};
  return { layers: [describeBlob(type, { digest: digest ?? blob.digest, size: blob.size })] };
}

async function probeEmptyConfig(probe: Probe): Promise<void> {
  if (!probe.facts.emptyBlobStored)
    return probe.skip("config-empty", "a blob without bytes is not stored in the first place");
  const type = probe.facts.envelope === "native" ? MEDIA_TYPES.index : MEDIA_TYPES.imageConfig;
  const config = describeBlob(type, { digest: sha256(new Uint8Array(0)), size: 0 });
  const answer = await write({ probe, note: "empty config", change: { config } });
  if (!answer) return;
  const bale = "never writes one";
  if (isGood(answer)) probe.works("config-empty", "a config without bytes is taken", bale);
  else probe.missing("config-empty", `a config without bytes is refused: ${words(answer)}`, bale);
}

async function probeParameters(probe: Probe): Promise<void> {
  const change = layersOf(probe, "application/vnd.bale.doctor.v1; form=scratch");
  const answer = await write({ probe, note: "parameters", change });
  if (!answer) return;
  const bale = "writes media types without parameters";
  if (isGood(answer)) probe.works("media-type-parameters", "media types may have parameters", bale);
  else
    probe.missing("media-type-parameters", `media types with parameters are refused: ${words(answer)}`, bale);
}

async function probeNondistributable(probe: Probe): Promise<void> {
  const answer = await write({ probe, note: "nondistributable", change: layersOf(probe, NONDISTRIBUTABLE) });
  if (!answer) return;
  const bale = "never writes one; a copy of an image that has one fails here";
  if (isGood(answer)) probe.works("nondistributable-layer", "a nondistributable layer is taken", bale);
  else probe.missing("nondistributable-layer", `a nondistributable layer is refused: ${words(answer)}`, bale);
}

async function probeMissingBlob(probe: Probe): Promise<void> {
  const absent = probe.scratch.blob(32).digest;
  const answer = await write({
    probe,
    note: "missing blob",
    change: layersOf(probe, MEDIA_TYPES.octets, absent),
  });
  if (!answer) return;
  if (!isGood(answer))
    return probe.works(
      "manifest-blob-check",
      "a manifest that names a missing blob is refused",
      "leaves the check to the registry",
    );
  probe.learned.checkSize = true;
  probe.missing(
    "manifest-blob-check",
    "a manifest may name blobs that are not there",
    "asks for each blob after sending it",
  );
}

async function probeWrongDigest(probe: Probe): Promise<void> {
  const under = probe.scratch.blob(32).digest;
  const answer = await write({ probe, note: "wrong digest", change: {}, under });
  if (!answer) return;
  const bale = "hashes every manifest that it reads";
  if (isGood(answer))
    return probe.missing(
      "manifest-digest-check",
      "a manifest is stored under whatever digest is named",
      bale,
    );
  probe.works("manifest-digest-check", "a manifest under a wrong digest is refused", bale);
}

/** Forms of manifests that registries differ about. */
export async function probeManifestForms(probe: Probe): Promise<void> {
  await probeEmptyConfig(probe);
  await probeParameters(probe);
  await probeNondistributable(probe);
  await probeMissingBlob(probe);
  await probeWrongDigest(probe);
}
