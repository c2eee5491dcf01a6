import { BaleError } from "@bale/spec";
import { openWorkspace, type WorkspaceState } from "@bale/workspace";
import type { StatusResult } from "./status.js";

// The age that a later offline status shows need not be exact to the second, and each write costs the whole state.
const REFRESH_MS = 60_000;

function isFresh(last: WorkspaceState["lastRemote"], seen: StatusResult, nowMs: number): boolean {
  if (last === undefined || last.reference !== seen.upstream || last.manifest !== seen.remote.manifest)
    return false;
  return nowMs - last.seenAtMs < REFRESH_MS;
}

/**
 * Keeps what an online status saw, so that a later one without a network can show it. Best effort: a status changes
 * nothing else and waits for nobody, so a workspace that is locked or cannot be written stays as it is.
 */
export async function rememberRemote(
  root: string,
  seen: StatusResult,
  state: WorkspaceState,
  nowMs: number,
): Promise<void> {
  const { manifest } = seen.remote;
  if (seen.remote.state !== "reached" || manifest === undefined || seen.upstream === undefined) return;
  if (isFresh(state.lastRemote, seen, nowMs)) return;
  try {
    await using workspace = await openWorkspace(root, { lock: { command: "status", timeoutMs: 0 } });
    workspace.replaceState({
      ...workspace.state,
      lastRemote: {
        reference: seen.upstream,
        manifest,
        contentDigest: seen.remote.contentDigest,
        seenAtMs: nowMs,
      },
    });
    await workspace.save();
  } catch (error) {
    if (!BaleError.is(error)) throw error;
  }
}
