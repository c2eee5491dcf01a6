import type { PathChange } from "@bale/core";
import type { Lineage } from "@bale/engine";
import { BaleError, type Digest, type LongCallOptions, type Reference } from "@bale/spec";
import { readWorkingTree, type TreeProblem, type UntrackedFile, type Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { upstreamOf } from "../client/upstream.js";
import { workspaceCache, workspaceStaging } from "../client/workspace-ports.js";
import { type Comparison, compare } from "../compare/comparison.js";
import { lookUp, nameOf, openTree, type RemoteTree } from "../remote/remote-tree.js";
import { offlineState } from "./offline-state.js";

export interface StatusOptions extends LongCallOptions {
  /** `default`: one request, at most 3 s, and local verdicts when it fails. `remote`: unreachable is an error. `offline`: no request. */
  readonly mode?: "default" | "remote" | "offline" | undefined;
  readonly concurrency?: number | undefined;
}
/** What is known of the upstream, and since when. */
export interface StatusRemote {
  /** `known`: not asked, or not reached, and taken from the last look. `never`: never seen. `absent`: the tag does not exist. */
  readonly state: "reached" | "known" | "absent" | "never";
  readonly manifest: Digest | undefined;
  readonly contentDigest: Digest | undefined;
  /** When the last look was, for `known`. Milliseconds since 1970. */
  readonly seenAtMs: number | undefined;
  /** Why the remote was not reached. */
  readonly problem: string | undefined;
}
/** Working tree, base and upstream compared. Nothing to tell is an empty list. */
export interface StatusResult {
  readonly root: string;
  readonly upstream: string | undefined;
  readonly base: Digest | undefined;
  readonly remote: StatusRemote;
  readonly lineage: Lineage;
  readonly role: string | undefined;
  readonly layers: readonly string[];
  readonly leftOut: readonly string[];
  readonly changes: readonly PathChange[];
  readonly untracked: readonly UntrackedFile[];
  readonly problems: readonly TreeProblem[];
  readonly unreadable: readonly string[];
  readonly tracked: number;
  readonly held: number;
  /** Files of the whole bundle, where its index is known. */
  readonly total: number | undefined;
  readonly heldLayers: readonly string[];
}

const STATUS_TIMEOUT_MS = 3_000;

/** The last remote that this workspace saw, from the index objects on disk; no request is made. */
async function lastKnown(
  context: ClientContext,
  workspace: Workspace,
  reference: Reference,
  digest: Digest,
): Promise<RemoteTree | undefined> {
  const cache = workspaceCache(workspace.root);
  if (!(await cache.get(digest))) return undefined;
  try {
    const found = offlineState(reference, digest);
    return await openTree(context, found, { cache, staging: workspaceStaging(workspace.root) });
  } catch (error) {
    // A piece of the index that is not kept here cannot be read without a request.
    if (BaleError.is(error)) return undefined;
    throw error;
  }
}

interface Seen {
  readonly remote: StatusRemote;
  readonly tree: RemoteTree | undefined;
}

async function ask(
  context: ClientContext,
  workspace: Workspace,
  reference: Reference,
  options: StatusOptions,
): Promise<Seen> {
  const limit = options.mode === "remote" ? undefined : AbortSignal.timeout(STATUS_TIMEOUT_MS);
  const signals = [options.signal, limit].filter((signal) => signal !== undefined);
  const signal = signals.length > 0 ? AbortSignal.any(signals) : undefined;
  const found = await lookUp(context, reference, { signal });
  if (found.digest === undefined)
    return {
      remote: {
        state: "absent",
        manifest: undefined,
        contentDigest: undefined,
        seenAtMs: undefined,
        problem: undefined,
      },
      tree: undefined,
    };
  const ports = { cache: workspaceCache(workspace.root), staging: workspaceStaging(workspace.root) };
  const tree = await openTree(context, found, ports, { signal });
  return {
    remote: {
      state: "reached",
      manifest: found.digest,
      contentDigest: tree.bundle.root.contentDigest,
      seenAtMs: undefined,
      problem: undefined,
    },
    tree,
  };
}

interface Looked {
  readonly seen: Seen;
  readonly comparison: Comparison;
}
type Compare = (seen: Seen) => Promise<Comparison>;

const NEVER: StatusRemote = {
  state: "never",
  manifest: undefined,
  contentDigest: undefined,
  seenAtMs: undefined,
  problem: undefined,
};

/** What the workspace remembers of the remote, and why nobody asked it or it did not answer. */
async function remember(
  context: ClientContext,
  workspace: Workspace,
  reference: Reference,
  problem: string | undefined,
): Promise<Seen> {
  const last = workspace.state.lastRemote;
  const digest = last?.reference === nameOf(reference) ? last.manifest : workspace.state.base?.manifest;
  if (digest === undefined) return { remote: { ...NEVER, problem }, tree: undefined };
  const tree = await lastKnown(context, workspace, reference, digest);
  return {
    remote: {
      state: "known",
      manifest: digest,
      contentDigest: tree?.bundle.root.contentDigest,
      seenAtMs: last?.seenAtMs,
      problem,
    },
    tree,
  };
}

/** Asks the remote; where that is not wanted or not possible, what was last seen of it is compared. */
async function look(
  context: ClientContext,
  workspace: Workspace,
  reference: Reference | undefined,
  compareWith: Compare,
  options: StatusOptions,
): Promise<Looked> {
  if (!reference) {
    const seen: Seen = { remote: NEVER, tree: undefined };
    return { seen, comparison: await compareWith(seen) };
  }
  let problem: string | undefined;
  if (options.mode !== "offline" && !context.options.offline) {
    try {
      const seen = await ask(context, workspace, reference, options);
      return { seen, comparison: await compareWith(seen) };
    } catch (error) {
      if (options.mode === "remote" || options.signal?.aborted) throw error;
      // Only what a later try may answer differently is passed over: wrong content or a refused login must be seen.
      if (!isUnreachable(error)) throw error;
      problem = error instanceof Error ? error.message : String(error);
    }
  }
  const seen = await remember(context, workspace, reference, problem);
  try {
    return { seen, comparison: await compareWith(seen) };
  } catch (error) {
    // A table that was never needed before is not kept here: what changed there cannot be told, what changed here can.
    if (!BaleError.is(error, "OFFLINE")) throw error;
    const blind: Seen = { ...seen, tree: undefined };
    return { seen: blind, comparison: await compareWith(blind) };
  }
}

function isUnreachable(error: unknown): boolean {
  if (BaleError.is(error))
    return (
      error.kind === "unavailable" ||
      error.kind === "timeout" ||
      error.kind === "rate-limited" ||
      error.kind === "cancelled"
    );
  return error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");
}

/** `bale status`: what is here, what is there, and what a person has not told bale about yet. */
export async function status(
  context: ClientContext,
  workspace: Workspace,
  options: StatusOptions = {},
): Promise<StatusResult> {
  const reference =
    (workspace.state.upstream ?? workspace.project?.ref)
      ? upstreamOf(context, workspace, undefined)
      : undefined;
  const tree = await readWorkingTree(workspace, { ...options, unreadable: "report" });
  const cache = workspaceCache(workspace.root);
  const compareWith: Compare = (seen) =>
    compare(workspace, seen.tree, cache, {
      ...options,
      tree,
      seek: "changed",
      forgiving: true,
      remoteIsBase: seen.remote.state !== "absent",
    });
  const { seen, comparison } = await look(context, workspace, reference, compareWith, options);
  await workspace.saveStatCache();
  return describe(workspace, reference, seen, comparison);
}

function describe(
  workspace: Workspace,
  reference: Reference | undefined,
  seen: Seen,
  comparison: Comparison,
): StatusResult {
  const { tree, selection, diff, lineage } = comparison;
  const held = [...workspace.state.entries.values()].filter((entry) => entry.tracked || entry.base);
  const layers = new Set(tree.entries.map((entry) => entry.state.layer));
  const summaries = seen.tree?.bundle.root.layers;
  return {
    root: workspace.root,
    upstream: reference ? nameOf(reference) : undefined,
    base: workspace.state.base?.manifest,
    remote: seen.remote,
    lineage,
    role: selection.role,
    layers: [...selection.layers],
    leftOut: selection.leftOut,
    changes: diff.changes,
    untracked: tree.untracked,
    problems: tree.problems,
    unreadable: tree.unreadable.map((error) => error.message),
    tracked: held.filter((entry) => entry.tracked).length,
    held: tree.entries.length,
    total: summaries ? [...summaries.values()].reduce((sum, layer) => sum + layer.files, 0) : undefined,
    heldLayers: [...layers].sort(),
  };
}
