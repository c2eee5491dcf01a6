import { parseManifest } from "@bale/core";
import { BaleError, type Digest, LIMITS, type RemoteRepository } from "@bale/spec";
import type { IndexCache } from "../ports.js";
import { loadManifest } from "./bundle.js";

/** How the remote manifest stands to the one that the base came from. */
export type Lineage =
  | { readonly relation: "same" | "newer" | "behind" | "diverged" }
  | { readonly relation: "unknown"; readonly reason: string };

type Parent = Digest | "none" | undefined;

async function parentOf(
  remote: RemoteRepository,
  digest: Digest,
  cache: IndexCache,
  signal: AbortSignal | undefined,
): Promise<Parent | "gone"> {
  try {
    const parsed = parseManifest(await loadManifest(remote, digest, cache, { signal }));
    return parsed.kind === "bundle" ? parsed.parent : undefined;
  } catch (error) {
    if (BaleError.is(error, "NOT_FOUND")) return "gone";
    throw error;
  }
}

/** Walks `dev.bale.parent` from one manifest until it meets the other, ends, breaks off, or has taken 64 steps. */
async function walk(
  remote: RemoteRepository,
  from: Digest,
  goal: Digest,
  cache: IndexCache,
  signal: AbortSignal | undefined,
): Promise<"found" | "ended" | "broken" | "long"> {
  let at: Digest = from;
  for (let step = 0; step < LIMITS.parents; step++) {
    const parent = await parentOf(remote, at, cache, signal);
    if (parent === "none") return "ended";
    if (parent === undefined || parent === "gone") return "broken";
    if (parent === goal) return "found";
    at = parent;
  }
  return "long";
}

/**
 * Manifests only, at most 64, cached. `diverged` is said only of a chain that really ends elsewhere: somebody replaced
 * what this workspace pushed. A chain that breaks off proves nothing.
 */
export async function relate(
  remote: RemoteRepository,
  remoteManifest: Digest,
  baseManifest: Digest,
  cache: IndexCache,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Lineage> {
  if (remoteManifest === baseManifest) return { relation: "same" };
  const forward = await walk(remote, remoteManifest, baseManifest, cache, options.signal);
  if (forward === "found") return { relation: "newer" };
  const back = await walk(remote, baseManifest, remoteManifest, cache, options.signal);
  if (back === "found") return { relation: "behind" };
  if (forward === "ended") return { relation: "diverged" };
  return {
    relation: "unknown",
    reason:
      forward === "long"
        ? `the history of the remote is longer than ${LIMITS.parents} manifests`
        : "the history of the remote breaks off before the manifest that this workspace came from",
  };
}
