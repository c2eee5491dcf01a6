import {
  approve,
  type DropPlan,
  type PullAction,
  type PullPlan,
  type PullPolicy,
  planDrop,
  planPull,
} from "@bale/core";
import { createTaskLog, type FetchResult, fetchFiles } from "@bale/engine";
import { compileGlob } from "@bale/roles";
import {
  BALE_LAYER,
  type BundlePath,
  type Digest,
  type FileRow,
  type Reference,
  type RoleName,
} from "@bale/spec";
import {
  baseEntries,
  createTreeWriter,
  type Expected,
  type TreeWriter,
  type Workspace,
  type WorkspaceState,
  type WriteRequest,
} from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { upstreamOf } from "../client/upstream.js";
import { workspaceCache, workspaceStaging } from "../client/workspace-ports.js";
import { type Comparison, compare, type SelectionRequest } from "../compare/comparison.js";
import { pullRefused } from "../push/refusal.js";
import { checkRows } from "../remote/check-rows.js";
import { lookUp, openTree, type RemoteState, type RemoteTree, requireDigest } from "../remote/remote-tree.js";
import type { PullCommandOptions, PullResult } from "./pull-options.js";
import { stateAfterPull } from "./state-after-pull.js";
import { treeSink } from "./tree-sink.js";

function anyOf(globs: readonly string[] | undefined): (path: BundlePath) => boolean {
  const matches = (globs ?? []).map(compileGlob);
  return (path) => matches.some((match) => match(path));
}

function policyOf(options: PullCommandOptions): PullPolicy {
  return {
    theirs: anyOf(options.theirs),
    ours: anyOf(options.ours),
    overwrite: options.overwrite === true,
    mirror: options.mirror === true,
    restore: options.restore === true,
    ...(options.paths && options.paths.length > 0 ? { path: anyOf(options.paths) } : {}),
  };
}

function rowsFor(actions: readonly PullAction[], comparison: Comparison): FileRow[] {
  const wanted = new Set<BundlePath>();
  for (const action of actions) if (action.type === "write") wanted.add(action.path);
  const rows: FileRow[] = [];
  if (wanted.size === 0) return rows;
  for (const { row } of comparison.remoteRows) if (wanted.has(row.path)) rows.push(row);
  return rows;
}

/** What is asked is remembered; `all` is remembered too, so that a default role does not come back at the next pull. */
function rememberedSelection(
  workspace: Workspace,
  request: SelectionRequest,
  comparison: Comparison,
): WorkspaceState["selection"] {
  if (request.roles.length + request.layers.length === 0) return workspace.state.selection;
  const { selection } = comparison.selection;
  return selection.kind === "all"
    ? { roles: ["all" as RoleName], layers: [] }
    : { roles: selection.roles, layers: selection.layers };
}

function dropPlan(
  workspace: Workspace,
  comparison: Comparison,
  options: PullCommandOptions,
): DropPlan | undefined {
  const { selection } = comparison;
  if (!options.drop || selection.kind === "all") return undefined;
  const policy = policyOf(options);
  return planDrop({
    base: baseEntries(workspace.state),
    local: comparison.tree.entries,
    selected: (layer) => selection.layers.has(layer) || layer === BALE_LAYER,
    ...(policy.path ? { path: policy.path } : {}),
  });
}

/** What is dropped is not pulled as well. */
function without(policy: PullPolicy, drop: DropPlan | undefined): PullPolicy {
  if (!drop || drop.actions.length === 0) return policy;
  const dropped = new Set(drop.actions.map((action) => action.path));
  return { ...policy, path: (path) => !dropped.has(path) && (policy.path?.(path) ?? true) };
}

/** What must still be on disk when the step is done. */
function expected(action: Extract<PullAction, { readonly type: "write" }>, comparison: Comparison): Expected {
  const { expect } = action;
  if (expect === "absent") return "absent";
  if (expect.kind === "folder" || expect.kind === "special") return { kind: expect.kind };
  if (expect.kind === "parent-is-file") return { kind: "parent-is-file", path: expect.path };
  return comparison.tree.stat(action.path) ?? "absent";
}

interface Carried {
  readonly requests: ReadonlyMap<BundlePath, WriteRequest>;
  /** Rows whose content has to be fetched. */
  readonly fetched: readonly FileRow[];
  /** Differences in kind or layer alone, which need no byte: what is on disk is the content. */
  readonly kinds: readonly WriteRequest[];
}

/** What the actions need of the remote's content. */
function contentOf(actions: readonly PullAction[], comparison: Comparison): Carried {
  const requests = new Map<BundlePath, WriteRequest>();
  for (const action of actions)
    if (action.type === "write")
      requests.set(action.path, {
        path: action.path,
        state: action.state,
        expect: expected(action, comparison),
        keepOld: action.keepOld,
      });
  const kinds: WriteRequest[] = [];
  const fetched = rowsFor(actions, comparison).filter((row) => {
    const request = requests.get(row.path);
    const here = comparison.tree.state(row.path);
    if (
      !request ||
      !here ||
      here.digest !== row.digest ||
      here.kind === "link" ||
      row.kind === "link" ||
      request.expect === "absent"
    )
      return true;
    kinds.push(request);
    return false;
  });
  return { requests, fetched, kinds };
}

/** Content first, all of it checked; only then does anything in the tree change. */
async function carryOut(
  { remote, comparison, actions }: PreparedPull,
  writer: TreeWriter,
  options: PullCommandOptions & { readonly concurrency: number | undefined },
): Promise<FetchResult> {
  for (const action of actions)
    if (action.type === "delete")
      writer.stageRemove({
        path: action.path,
        expect: comparison.tree.stat(action.path),
        keepOld: action.keepOld,
      });
  const { requests, fetched, kinds } = contentOf(actions, comparison);
  for (const request of kinds) writer.stageKind(request);
  const total = fetched.reduce((sum, row) => sum + row.size, 0);
  const task = createTaskLog(options.onProgress).start("download", undefined, total, "bytes");
  try {
    const result = await fetchFiles(
      fetched,
      { storeOf: remote.storeOf, sink: treeSink(writer, requests) },
      { signal: options.signal, concurrency: options.concurrency, onBytes: task.advance },
    );
    await writer.commit({ signal: options.signal });
    task.end("completed");
    return result;
  } catch (error) {
    task.end(options.signal?.aborted ? "cancelled" : "failed");
    throw error;
  }
}

/** Rows whose content a prepared pull fetches, for its cost. */
export function fetchedRows({ actions, comparison }: PreparedPull): readonly FileRow[] {
  return contentOf(actions, comparison).fetched;
}

/** Whether the pull asks for something else than what the upstream's tag has become: another reference, or exact content. */
function switches(workspace: Workspace, found: RemoteState, reference: Reference): boolean {
  const from = workspace.state.base?.reference ?? workspace.state.upstream;
  return found.name !== from || reference.digest !== undefined;
}

/** A pull after its comparison: what it would change, and nothing fetched yet. */
export interface PreparedPull {
  readonly found: RemoteState & { readonly digest: Digest };
  readonly remote: RemoteTree;
  readonly comparison: Comparison;
  readonly request: SelectionRequest;
  readonly plan: PullPlan;
  readonly drop: DropPlan | undefined;
  /** Of the plan and of what is dropped. */
  readonly actions: readonly PullAction[];
  readonly result: PullResult;
}

/**
 * Looks up, compares and plans. `looked`: what the command has looked up already, since a command looks a tag up once.
 * @throws BaleError `NOT_FOUND`, `ROLE_UNKNOWN`, `LAYER_UNKNOWN`, and what the registry reports
 */
export async function preparePull(
  context: ClientContext,
  workspace: Workspace,
  options: PullCommandOptions,
  looked?: RemoteState,
): Promise<PreparedPull> {
  const { signal, onProgress } = options;
  const reference = looked?.reference ?? upstreamOf(context, workspace, options.reference);
  const ports = { cache: workspaceCache(workspace.root), staging: workspaceStaging(workspace.root) };
  const found = requireDigest(looked ?? (await lookUp(context, reference, { signal })));
  const remote = await openTree(context, found, ports, { signal, platform: options.platform });
  const request: SelectionRequest = { roles: options.roles ?? [], layers: options.layers ?? [] };
  const switching = switches(workspace, found, reference);
  const comparison = await compare(workspace, remote, ports.cache, {
    signal,
    onProgress,
    request,
    switching,
    // What is kept against the remote must be kept against where it is there by now.
    seek: options.ours && options.ours.length > 0 ? "held" : "changed",
  });
  if (comparison.lineage.relation === "unknown")
    context.notice(`the history of ${found.name} is not known: ${comparison.lineage.reason}`);
  // Everything that the pull could write, files that stay as they are included.
  checkRows(remote, comparison.remoteRows);
  const drop = dropPlan(workspace, comparison, options);
  const policy = without(policyOf(options), drop);
  const plan = planPull({ diff: comparison.diff, policy, remoteManifest: remote.state.digest });
  const actions = [...plan.actions, ...(drop?.actions ?? [])];
  const result = describe(remote, comparison, plan, drop);
  return { found, remote, comparison, request, plan, drop, actions, result };
}

/** @throws BaleError `PULL_REFUSED`, `DIVERGED` */
export function refuseBlocked({ found, plan }: PreparedPull, workspace: Workspace): void {
  const approved = approve(plan);
  if (!approved.ok)
    throw pullRefused(found.name, approved.error, {
      base: workspace.state.base?.manifest,
      remote: found.digest,
    });
}

/**
 * `bale pull`: compares once, refuses before the first byte moves, fetches and checks everything, then changes the tree.
 * @throws BaleError `PULL_REFUSED`, `DIVERGED`, `NOT_FOUND`, `ROLE_UNKNOWN`, `LAYER_UNKNOWN`, `BLOB_MISSING`, `DIGEST_MISMATCH`, `STORE_UNTRUSTED`
 */
export async function pull(
  context: ClientContext,
  workspace: Workspace,
  options: PullCommandOptions = {},
  looked?: RemoteState,
): Promise<PullResult> {
  const prepared = await preparePull(context, workspace, options, looked);
  if (options.dryRun) return { ...prepared.result, outcome: "dry-run" };
  return carryOutPull(context, workspace, prepared, options);
}

/** Carries out what was prepared. @throws BaleError as `pull` does */
export async function carryOutPull(
  context: ClientContext,
  workspace: Workspace,
  prepared: PreparedPull,
  options: PullCommandOptions,
): Promise<PullResult> {
  const { found, remote, comparison, request, plan, drop, result } = prepared;
  refuseBlocked(prepared, workspace);
  await using writer = await createTreeWriter(workspace, { reason: `pull ${found.name}` });
  const moved = await carryOut(prepared, writer, {
    ...options,
    concurrency: options.concurrency ?? context.options.concurrency,
  });
  // An archive is what something came in, and no place to follow: the upstream stays what it was.
  const isArchive = found.reference.kind === "archive";
  const switched = !isArchive && found.name !== workspace.state.upstream;
  workspace.replaceState(
    stateAfterPull(workspace.state, {
      actions: plan.actions,
      dropped: drop?.actions.map((action) => action.path) ?? [],
      upstream: isArchive ? workspace.state.upstream : found.name,
      reference: found.name,
      manifest: remote.state.digest,
      contentDigest: remote.bundle.root.contentDigest,
      selection: rememberedSelection(workspace, request, comparison),
      nowMs: Date.now(),
      moveBase: !plan.remoteBehind || plan.actions.length > 0 || switched,
    }),
  );
  await workspace.save();
  const changed = plan.actions.length > 0 || (drop?.actions.length ?? 0) > 0 || switched;
  return {
    ...result,
    outcome: changed ? "pulled" : "nothing-to-do",
    downloadedFiles: moved.files,
    downloadedBytes: moved.bytes,
  };
}

function describe(
  remote: RemoteTree,
  comparison: Comparison,
  plan: PullPlan,
  drop: DropPlan | undefined,
): PullResult {
  const paths = (type: PullAction["type"]) =>
    plan.actions.filter((action) => action.type === type).map((action) => action.path);
  return {
    reference: remote.state.name,
    manifest: remote.state.digest,
    contentDigest: remote.bundle.root.contentDigest,
    outcome: "nothing-to-do",
    changes: comparison.diff.changes,
    summary: plan.summary,
    written: paths("write"),
    deleted: paths("delete"),
    adopted: paths("adopt"),
    dropped: drop?.actions.map((action) => action.path) ?? [],
    notDropped: drop?.kept ?? [],
    downloadedFiles: 0,
    downloadedBytes: 0,
    leftOut: comparison.selection.leftOut,
    role: comparison.selection.role,
    lineage: comparison.lineage,
    blocked: plan.blocked,
    keptOld: plan.actions.filter(
      (action) => (action.type === "write" || action.type === "delete") && action.keepOld,
    ).length,
  };
}
