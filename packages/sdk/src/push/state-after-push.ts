import type { PushPlan } from "@bale/core";
import type { BundlePath, Digest, FileState } from "@bale/spec";
import { type StateEntry, sortEntries, type WorkingTree, type WorkspaceState } from "@bale/workspace";

/** The state once the upstream holds this working tree: every held path is in sync with it. */
export function stateAfterPush(
  state: WorkspaceState,
  input: {
    readonly tree: WorkingTree;
    readonly plan: PushPlan;
    readonly upstream: string;
    readonly manifest: Digest;
    readonly contentDigest: Digest;
    readonly nowMs: number;
  },
): WorkspaceState {
  const here = new Map<BundlePath, FileState>(input.tree.entries.map((entry) => [entry.path, entry.state]));
  const entries = new Map<BundlePath, StateEntry>();
  for (const [path, entry] of state.entries) {
    const now = entry.tracked ? here.get(path) : undefined;
    // What is gone here is gone there now: neither tracked nor held.
    if (now) entries.set(path, { ...entry, tracked: true, base: now });
  }
  for (const { path, state: adopted } of input.plan.adopts)
    entries.set(path, { tracked: true, base: adopted });
  return {
    ...state,
    upstream: input.upstream,
    base: { manifest: input.manifest, reference: input.upstream },
    entries: sortEntries(entries),
    lastRemote: {
      reference: input.upstream,
      manifest: input.manifest,
      contentDigest: input.contentDigest,
      seenAtMs: input.nowMs,
    },
  };
}
