import { approve, type PushPlan, planPush } from "@bale/core";
import { inexactLayers, type NextTree, nextTree, type PushPorts, type PushRequest } from "@bale/engine";
import { BaleError, type Reference } from "@bale/spec";
import { nodeDeflater, nodeHasher } from "@bale/storage";
import type { Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { treeSource } from "../client/tree-source.js";
import { upstreamOf } from "../client/upstream.js";
import { workspaceCache, workspaceStaging } from "../client/workspace-ports.js";
import { type Comparison, compare } from "../compare/comparison.js";
import {
  lookUp,
  openTree,
  type RemotePorts,
  type RemoteState,
  type RemoteTree,
} from "../remote/remote-tree.js";
import { checkNextTree } from "./check-next-tree.js";
import { type Declarations, declarationsOf, refuseUndeclared } from "./declarations.js";
import { makeRequest } from "./make-request.js";
import type { PushCommandOptions } from "./push-options.js";
import { pushedBase } from "./pushed-base.js";
import { pushRefused } from "./refusal.js";
import { storeOpener } from "./store-opener.js";

/** A push after its comparison: what it would change, and nothing sent yet. */
export interface PreparedPush {
  readonly found: RemoteState;
  /** The tree that the new one is made from: the remote's, or the base's when the remote is behind it. */
  readonly current: RemoteTree | undefined;
  readonly comparison: Comparison;
  readonly plan: PushPlan;
  readonly declared: Declarations;
  readonly next: NextTree;
  readonly request: PushRequest;
  readonly ports: PushPorts;
}

function refuseDigest(reference: Reference): void {
  if (reference.kind === "archive")
    throw new BaleError({
      code: "USAGE",
      message: `an archive cannot be pushed to: ${reference.file}`,
      why: "it is written once and whole",
      fix: `write it with \`bale export . -o ${reference.file}\``,
    });
  if (reference.digest)
    throw new BaleError({
      code: "USAGE",
      message: "a digest cannot be pushed to",
      why: "a push moves a tag, and this reference names exact content",
      fix: "name a tag instead",
    });
}

async function openRemote(
  context: ClientContext,
  found: RemoteState,
  ports: RemotePorts,
  signal: AbortSignal | undefined,
): Promise<RemoteTree | undefined> {
  return found.digest === undefined ? undefined : openTree(context, found, ports, { signal });
}

/** The remote is an ancestor of the base: the push goes on from the base's own tree, where the registry still has it. */
async function fromBase(
  context: ClientContext,
  workspace: Workspace,
  found: RemoteState,
  ports: RemotePorts,
  signal: AbortSignal | undefined,
): Promise<RemoteTree | undefined> {
  const manifest = workspace.state.base?.manifest;
  if (manifest === undefined) return undefined;
  try {
    return await openTree(context, { ...found, digest: manifest }, ports, { signal });
  } catch (error) {
    if (BaleError.is(error) && error.kind === "not-found") return undefined;
    throw error;
  }
}

/** Whether what other tools pushed can be replaced: rows without an index of ours cannot be carried unread. */
async function refuseForeignLoss(
  current: RemoteTree | undefined,
  comparison: Comparison,
  force: boolean,
): Promise<void> {
  if (!current || current.bundle.manifest || force) return;
  for (const { row } of await current.bundle.rows())
    if (!comparison.tree.held(row.path))
      throw new BaleError({
        code: "PUSH_REFUSED",
        message: `${current.state.name} was made by another tool and has files that are not here`,
        why: `for example ${row.path}`,
        fix: "run `bale pull` first, or push with --force to replace it",
      });
}

/** A remote of another tool has no index to build on: everything held is sent as if to an empty tag. */
function wholeTree(comparison: Comparison): PushPlan {
  const upserts = new Map(comparison.tree.entries.map((entry) => [entry.path, entry.state] as const));
  return {
    kind: "push",
    blocked: [],
    upserts,
    deletes: [],
    adopts: [],
    repairs: [],
    layersTouched: new Set([...upserts.values()].map((state) => state.layer)),
  };
}

/**
 * Looks up, compares, plans, and decides what the new tree is. Nothing is sent.
 * @throws BaleError `PUSH_REFUSED`, `DIVERGED`, `LAYER_UNDECLARED`, `NAME_COLLISION` and what the registry reports
 */
export async function preparePush(
  context: ClientContext,
  workspace: Workspace,
  options: PushCommandOptions,
): Promise<PreparedPush> {
  const { signal, onProgress } = options;
  const reference = upstreamOf(context, workspace, options.reference);
  refuseDigest(reference);
  const remotePorts: RemotePorts = {
    cache: workspaceCache(workspace.root),
    staging: workspaceStaging(workspace.root),
  };
  const found = await lookUp(context, reference, { signal });
  const remote = await openRemote(context, found, remotePorts, signal);
  const isUpstream = found.name === workspace.state.upstream;
  const base = isUpstream ? undefined : await pushedBase(context, workspace, found, remotePorts);
  let current = remote;
  let comparison = await compare(workspace, current, remotePorts.cache, {
    signal,
    onProgress,
    base,
    seek: "held",
    forgiving: true,
  });
  if (comparison.lineage.relation === "unknown")
    context.notice(`the history of ${found.name} is not known: ${comparison.lineage.reason}`);
  if (comparison.lineage.relation === "behind") {
    current = (await fromBase(context, workspace, found, remotePorts, signal)) ?? remote;
    comparison = await compare(workspace, current, remotePorts.cache, {
      signal,
      onProgress,
      base,
      tree: comparison.tree,
      seek: "held",
      forgiving: true,
    });
    context.notice(`${found.name} is behind this workspace; the push moves it forward`);
  }
  await refuseForeignLoss(current, comparison, options.force === true);
  const foreign = current !== undefined && current.bundle.manifest === undefined;
  const checked = planPush({ diff: comparison.diff, policy: { force: options.force === true } });
  const approved = approve(checked);
  if (!approved.ok)
    throw pushRefused(found.name, approved.error, {
      base: workspace.state.base?.manifest,
      remote: found.digest,
    });
  const plan = foreign ? wholeTree(comparison) : approved.value;
  const bundle = foreign ? undefined : current?.bundle;
  const declared = declarationsOf(workspace.project, bundle);
  await refuseUndeclared(declared, bundle, comparison.tree, new Set(plan.deletes));
  const exact = options.exact ?? workspace.project?.pack.exact ?? false;
  const rewritten = !bundle
    ? []
    : options.repack
      ? bundle.root.layers.keys()
      : exact
        ? inexactLayers(bundle)
        : [];
  const next = await nextTree(
    {
      current: bundle,
      change: { ...plan, layersTouched: new Set([...plan.layersTouched, ...rewritten]) },
      declared: declared.layers,
      roles: declared.roles,
      defaultRole: declared.defaultRole,
      hasher: nodeHasher,
    },
    { signal },
  );
  const tree = treeSource(workspace, comparison.tree);
  await checkNextTree(next, bundle, tree, { signal });
  const request = await makeRequest(context, workspace, found, {
    current,
    bundle,
    comparison,
    declared,
    next,
    exact,
    options,
  });
  const ports: PushPorts = {
    remote: found.repository,
    tree,
    staging: remotePorts.staging,
    hasher: nodeHasher,
    deflater: nodeDeflater,
    openStore: storeOpener(context, found.repository, [
      workspace.project?.storage.stores,
      request.current?.root.stores,
    ]),
  };
  return { found, current, comparison, plan, declared, next, request, ports };
}
