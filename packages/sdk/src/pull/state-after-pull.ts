import type { PullAction } from "@bale/core";
import type { BundlePath, Digest } from "@bale/spec";
import { type StateEntry, sortEntries, type WorkspaceState } from "@bale/workspace";

/** The state once these actions are carried out. */
export function stateAfterPull(
  state: WorkspaceState,
  input: {
    readonly actions: readonly PullAction[];
    readonly dropped: readonly BundlePath[];
    readonly upstream: string | undefined;
    /** What was pulled. */
    readonly reference: string;
    readonly manifest: Digest;
    readonly contentDigest: Digest;
    readonly selection: WorkspaceState["selection"];
    readonly nowMs: number;
    /** False where paths were left aside: the base manifest then stays what the tree was made from. */
    readonly moveBase: boolean;
  },
): WorkspaceState {
  const entries = new Map<BundlePath, StateEntry>(state.entries);
  for (const action of input.actions) {
    const known = entries.get(action.path);
    if (action.type === "write" || action.type === "adopt")
      entries.set(action.path, { tracked: true, base: action.state });
    else if (action.type === "delete" || action.type === "forget") entries.delete(action.path);
    else {
      const tracked = action.track === true || (known?.tracked ?? false);
      if (action.base) entries.set(action.path, { ...known, tracked, base: action.base });
      else if (tracked) entries.set(action.path, { tracked });
      else entries.delete(action.path);
    }
  }
  for (const path of input.dropped) entries.delete(path);
  const { selection: _before, base, ...rest } = state;
  return {
    ...rest,
    ...(input.upstream === undefined ? {} : { upstream: input.upstream }),
    ...(input.selection ? { selection: input.selection } : {}),
    ...(input.moveBase
      ? { base: { manifest: input.manifest, reference: input.reference } }
      : base
        ? { base }
        : {}),
    entries: sortEntries(entries),
    lastRemote: {
      reference: input.reference,
      manifest: input.manifest,
      contentDigest: input.contentDigest,
      seenAtMs: input.nowMs,
    },
  };
}
