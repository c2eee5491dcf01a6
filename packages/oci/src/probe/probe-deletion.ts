import type { Digest, RawManifest, Tag } from "@bale/spec";
import { MANIFEST_HEADERS } from "../registry/manifest-accept.js";
import type { Answer } from "./ask.js";
import { isGood, type Probe, words } from "./probe.js";

/** Deletes a scratch tag, manifest or blob. */
export function remove(probe: Probe, target: string): Promise<Answer> {
  return probe.ask({ method: "DELETE", target, actions: ["pull", "delete"] });
}

async function isThere(probe: Probe, reference: Tag | Digest): Promise<boolean> {
  const answer = await probe.ask({
    method: "GET",
    target: `manifests/${reference}`,
    headers: MANIFEST_HEADERS,
    keep: 1,
  });
  return isGood(answer);
}

async function probeTagDeletion(probe: Probe, manifest: RawManifest): Promise<void> {
  const { scratch } = probe;
  const id = "delete-tag";
  const bale = "leaves tags to the registry's own interface; `bale untag` does not work";
  const answer = await remove(probe, `manifests/${scratch.secondTag}`);
  if (!isGood(answer)) return probe.missing(id, `a tag is not deleted: ${words(answer)}`, bale);
  if (await isThere(probe, scratch.secondTag))
    return probe.missing(id, "the deletion of a tag is accepted, and it stays", bale);
  scratch.tags.delete(scratch.secondTag);
  if (await isThere(probe, manifest.digest))
    return probe.works(id, "a tag is deleted, and its manifest stays", "deletes tags by `bale untag`");
  scratch.manifests.delete(manifest.digest);
  probe.limited(
    id,
    "a tag is deleted together with its manifest",
    "`bale untag` takes other tags of the manifest along",
  );
}

async function probeBlobDeletion(probe: Probe): Promise<void> {
  const { facts, scratch } = probe;
  const bale = "deletes no blobs of a registry";
  const { blob, spareBlob } = facts;
  if (!spareBlob) probe.skip("delete-blob", "there is no blob to spare");
  else {
    const answer = await remove(probe, `blobs/${spareBlob.digest}`);
    if (isGood(answer)) {
      scratch.blobs.delete(spareBlob.digest);
      probe.works("delete-blob", "a blob is deleted", bale);
    } else probe.missing("delete-blob", `a blob is not deleted: ${words(answer)}`, bale);
  }
  if (probe.stateOf("delete-blob") !== "works" || !blob || blob.digest === spareBlob?.digest)
    return probe.skip("delete-blob-in-use", "no blob is deleted");
  const used = await remove(probe, `blobs/${blob.digest}`);
  if (isGood(used)) {
    scratch.blobs.delete(blob.digest);
    probe.works("delete-blob-in-use", "a blob is deleted even while a manifest names it", bale);
  } else probe.limited("delete-blob-in-use", `a blob that a manifest names is kept: ${words(used)}`, bale);
}

async function probeManifestDeletion(probe: Probe, manifest: RawManifest): Promise<void> {
  const { scratch } = probe;
  const id = "delete-manifest";
  const answer = await remove(probe, `manifests/${manifest.digest}`);
  if (isGood(answer)) {
    scratch.manifests.delete(manifest.digest);
    scratch.tags.delete(scratch.tag);
    return probe.works(
      id,
      "a manifest is deleted by digest, with its tags",
      "deletes none that another tag holds",
    );
  }
  const untagged =
    probe.stateOf("delete-tag") === "works" && isGood(await remove(probe, `manifests/${scratch.tag}`));
  if (untagged) scratch.tags.delete(scratch.tag);
  if (untagged && isGood(await remove(probe, `manifests/${manifest.digest}`))) {
    scratch.manifests.delete(manifest.digest);
    return probe.limited(
      id,
      `a manifest is deleted only when no tag leads to it: ${words(answer)}`,
      "deletes none that a tag holds",
    );
  }
  probe.missing(
    id,
    `a manifest is not deleted: ${words(answer)}`,
    "leaves manifests to the registry's own interface",
  );
}

/** Deletes what was written, which is how the examination ends anyway. */
export async function probeDeletion(probe: Probe): Promise<void> {
  const { facts, scratch } = probe;
  const { manifest, otherManifest } = facts;
  if (otherManifest && scratch.tags.has(scratch.secondTag)) await probeTagDeletion(probe, otherManifest);
  await probeBlobDeletion(probe);
  if (manifest) await probeManifestDeletion(probe, manifest);
}
