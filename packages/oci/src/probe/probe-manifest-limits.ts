import { LIMITS, MEDIA_TYPES, type RawManifest } from "@bale/spec";
import type { Answer } from "./ask.js";
import { isGood, type Probe, words } from "./probe.js";
import { describeBlob, scratchManifest } from "./scratch-manifest.js";
import { sizeWords } from "./sizes.js";
import { writeManifest } from "./write-manifest.js";

const KiB = 1024;
const SMALLER = [2048 * KiB, 1024 * KiB, 512 * KiB, 256 * KiB, 128 * KiB, 64 * KiB, 32 * KiB, 16 * KiB];
const LAYERS = [1_000, 500, 127, 100, 64, 32, 16, 8];

/** A manifest of exactly so many bytes, filled up in its note. */
function manifestOfSize(probe: Probe, size: number): RawManifest | undefined {
  const { blob, envelope } = probe.facts;
  if (!blob || !envelope) return undefined;
  const bare = scratchManifest({ envelope, blob, note: "" }).bytes.length;
  return scratchManifest({ envelope, blob, note: "x".repeat(size - bare) });
}

function put(probe: Probe, manifest: RawManifest): Promise<Answer> {
  return writeManifest(probe, manifest, manifest.digest);
}

/** What the spec asks for, one byte more, and less where that is refused. */
export async function probeManifestSize(probe: Probe): Promise<void> {
  const most = LIMITS.manifestBytes;
  const larger = manifestOfSize(probe, most + 1);
  if (!larger) return;
  const over = await put(probe, larger);
  const id = "manifest-size";
  const small = "keeps manifests far smaller, by packing files together";
  if (isGood(over)) {
    probe.works(
      id,
      "manifests of more than 4 MiB are taken",
      "writes none above 4 MiB, which is what others take",
    );
    probe.skip("manifest-size-status", "no manifest was too large");
    return;
  }
  const status = "manifest-size-status";
  const takes = "takes any refusal for one";
  if (over.status === 413) probe.works(status, "a manifest that is too large is answered 413", takes);
  else probe.limited(status, `a manifest that is too large is answered ${over.status || "by a cut"}`, takes);
  let last = over;
  for (const size of [most, ...SMALLER]) {
    const manifest = manifestOfSize(probe, size);
    if (!manifest) return;
    const answer = await put(probe, manifest);
    if (!isGood(answer)) {
      last = answer;
      continue;
    }
    if (size === most) return probe.works(id, "manifests of 4 MiB are taken, and none larger", small);
    probe.learned.manifestBytes = size;
    return probe.limited(
      id,
      `manifests of ${sizeWords(size)} are taken, and of 4 MiB refused: ${words(last)}`,
      `writes none above ${sizeWords(size)}`,
    );
  }
  probe.missing(id, `even manifests of 16 KiB are refused: ${words(last)}`, "pushes what fits");
}

/** Many layers of one blob. */
export async function probeManifestLayers(probe: Probe): Promise<void> {
  const { facts, learned } = probe;
  const { blob, envelope } = facts;
  if (!blob || !envelope) return;
  let refused: Answer | undefined;
  for (const count of LAYERS) {
    const layers = Array.from({ length: count }, () => describeBlob(MEDIA_TYPES.octets, blob));
    const answer = await put(
      probe,
      scratchManifest({ envelope, blob, note: `${count} layers`, change: { layers } }),
    );
    if (!isGood(answer)) {
      refused ??= answer;
      continue;
    }
    if (!refused)
      return probe.works(
        "manifest-layers",
        `a manifest of ${count} layers is taken`,
        "stays below a hundred by packing files together",
      );
    learned.manifestLayers = count;
    return probe.limited(
      "manifest-layers",
      `a manifest of ${count} layers is taken, and one of more refused: ${words(refused)}`,
      `writes at most ${count}, by packing files together`,
    );
  }
  if (refused)
    probe.missing(
      "manifest-layers",
      `manifests of eight layers are refused: ${words(refused)}`,
      "pushes what fits",
    );
}
