import type { Digest, ScratchReport } from "@bale/spec";
import { MANIFEST_HEADERS } from "../registry/manifest-accept.js";
import type { CapabilityId } from "./capabilities.js";
import { isGood, type Probe } from "./probe.js";
import { remove } from "./probe-deletion.js";

const MiB = 1024 * 1024;

/** `3 blobs (120 KiB)`. */
function amount(probe: Probe, names: ReadonlySet<Digest>, what: string): string {
  let bytes = 0;
  for (const name of names) bytes += probe.scratch.sizes.get(name) ?? 0;
  const size = bytes < MiB ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / MiB).toFixed(1)} MiB`;
  return `${names.size} ${what}${names.size === 1 ? "" : "s"} (${size})`;
}

/**
 * Tries each; what could not be taken away stays in the set. Where nothing of the kind was ever deleted, a refusal spares the rest, unless it is 400,
 * which may be about this one only (Google, while a tag leads to a manifest).
 */
async function removeAll(
  probe: Probe,
  names: Set<string>,
  path: string,
  knownToWork: boolean,
): Promise<void> {
  let works = knownToWork;
  for (const name of [...names]) {
    const answer = await remove(probe, `${path}/${name}`);
    if (isGood(answer)) works = true;
    // 404 is also how some registries refuse a deletion (ECR).
    if (isGood(answer) || (answer.status === 404 && works)) names.delete(name);
    else if (!works && answer.status !== 400) return;
  }
}

function isKnownToWork(probe: Probe, id: CapabilityId): boolean {
  const state = probe.stateOf(id);
  return state === "works" || state === "limited";
}

async function stillThere(probe: Probe, reference: string): Promise<boolean> {
  const answer = await probe.ask({
    method: "GET",
    target: `manifests/${reference}`,
    headers: MANIFEST_HEADERS,
    keep: 1,
  });
  return answer.status !== 404;
}

/** Whether a tag stays, also when it is deleted by its name: ggcr keeps tags when the manifest behind them is deleted by its digest. */
async function outlives(probe: Probe, tag: string): Promise<boolean> {
  if (!(await stillThere(probe, tag))) return false;
  await remove(probe, `manifests/${tag}`);
  return stillThere(probe, tag);
}

/** Takes away what an examination wrote, as far as the registry allows it, and says what stays. */
export async function removeScratch(probe: Probe): Promise<ScratchReport> {
  const { scratch } = probe;
  const wrote = scratch.tags.size + scratch.manifests.size + scratch.blobs.size > 0;
  if (wrote) {
    // Tags first: some registries keep a manifest while a tag leads to it.
    await removeAll(probe, scratch.tags, "manifests", isKnownToWork(probe, "delete-tag"));
    await removeAll(probe, scratch.manifests, "manifests", isKnownToWork(probe, "delete-manifest"));
    await removeAll(probe, scratch.blobs, "blobs", isKnownToWork(probe, "delete-blob"));
  }
  for (const tag of [scratch.tag, scratch.secondTag])
    if (wrote && (await outlives(probe, tag))) scratch.tags.add(tag);
    else scratch.tags.delete(tag);
  const left: string[] = [...scratch.tags].map((tag) => `the tag ${tag}`);
  if (scratch.manifests.size > 0)
    left.push(`${amount(probe, scratch.manifests, "manifest")} without a tag of its own`);
  if (scratch.blobs.size > 0)
    left.push(`${amount(probe, scratch.blobs, "blob")}, for the registry's own collection of garbage`);
  return { tag: scratch.tag, removed: scratch.tags.size === 0, left };
}
