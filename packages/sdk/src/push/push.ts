import { approve, type PushPlan, planPush, type StorageRule, storageRule } from "@bale/core";
import {
  type Bundle,
  inexactLayers,
  moveTag,
  type NextTree,
  nextTree,
  type PushOutcome,
  type PushPorts,
  type PushRequest,
  planContent,
  push as publish,
  type TagMove,
} from "@bale/engine";
import { compileGlob } from "@bale/roles";
import {
  ANNOTATIONS,
  BaleError,
  type BundlePath,
  type Digest,
  MEDIA_TYPES,
  parseTag,
  type Reference,
  type StoreName,
} from "@bale/spec";
import { type BlobStore, createBlobStore, nodeDeflater, nodeHasher } from "@bale/storage";
import type { Project, Workspace } from "@bale/workspace";
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
import { type PushCommandOptions, type PushedTag, type PushResult, pushedTag } from "./push-options.js";
import { pushedBase } from "./pushed-base.js";
import { pushRefused } from "./refusal.js";
import { stateAfterPush } from "./state-after-push.js";

/** A push after its comparison: what it would change, and nothing sent yet. */
interface Prepared {
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
  if (reference.kind !== "archive" && reference.digest)
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

function storageRules(project: Project | undefined): StorageRule[] {
  return (project?.storage.rules ?? []).map((rule) => ({
    store: rule.store,
    ...(rule.match === undefined ? {} : { match: compileGlob(rule.match) }),
    ...(rule.largerThan === undefined ? {} : { largerThan: rule.largerThan }),
  }));
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

function parentOf(
  workspace: Workspace,
  current: RemoteTree | undefined,
  comparison: Comparison,
  forced: boolean,
): Digest | "none" {
  const base = workspace.state.base?.manifest;
  // A push that takes up what the remote has continues the remote's history; one that replaces it continues its own.
  if (current && !forced && comparison.lineage.relation !== "diverged") return current.state.digest;
  return base ?? "none";
}

function tagMoves(found: RemoteState): TagMove[] {
  if (!found.tag) throw new BaleError({ code: "USAGE", message: "a push needs a tag" });
  return [{ tag: found.tag, expect: found.digest ?? "absent" }];
}

const SEMVER = /^v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:[+_][0-9A-Za-z.-]+)?$/;

async function furtherTags(found: RemoteState, options: PushCommandOptions): Promise<TagMove[]> {
  const moves: TagMove[] = [];
  for (const text of options.tags ?? []) {
    const tag = parseTag(text);
    if (tag === found.tag) continue;
    const there = await found.repository.resolve(tag, { signal: options.signal });
    if (there && SEMVER.test(tag) && !options.force)
      throw new BaleError({
        code: "PUSH_REFUSED",
        message: `the version tag ${tag} exists already`,
        why: `it is at ${there.digest}; versions that move mislead everybody who uses them`,
        fix: "choose another version, or --force to replace it",
        context: { tag, digest: there.digest },
      });
    moves.push({ tag, expect: there?.digest ?? "absent" });
  }
  return moves;
}

async function prepare(
  context: ClientContext,
  workspace: Workspace,
  options: PushCommandOptions,
): Promise<Prepared> {
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
  let comparison = await compare(workspace, current, remotePorts.cache, { signal, onProgress, base });
  if (comparison.lineage.relation === "unknown")
    context.notice(`the history of ${found.name} is not known: ${comparison.lineage.reason}`);
  if (comparison.lineage.relation === "behind") {
    current = (await fromBase(context, workspace, found, remotePorts, signal)) ?? remote;
    comparison = await compare(workspace, current, remotePorts.cache, {
      signal,
      onProgress,
      base,
      tree: comparison.tree,
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
  const request = makeRequest(workspace, found, {
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
    openStore: storeOpener(context, found, request),
  };
  return { found, current, comparison, plan, declared, next, request, ports };
}

function makeRequest(
  workspace: Workspace,
  found: RemoteState,
  from: {
    readonly current: RemoteTree | undefined;
    readonly bundle: Bundle | undefined;
    readonly comparison: Comparison;
    readonly declared: Declarations;
    readonly next: NextTree;
    readonly exact: boolean;
    readonly options: PushCommandOptions;
  },
): PushRequest {
  const { project } = workspace;
  const { options, comparison } = from;
  const rules = storageRules(project);
  const base = workspace.state.base ? workspace.state.upstream : undefined;
  return {
    current: from.bundle,
    next: from.next,
    roles: from.declared.roles,
    defaultRole: from.declared.defaultRole,
    held: comparison.tree.held,
    // The declarations stay with the index: every role needs them, whoever trusts which store.
    storeFor: (path: BundlePath, size: number) =>
      DECLARATIONS.has(path) ? undefined : storageRule(rules, path, size),
    stores: project?.storage.stores ?? new Map(),
    pack: {
      smallerThan: options.flat ? 0 : (project?.pack.smallerThan ?? DEFAULT_PACK.smallerThan),
      target: project?.pack.target ?? DEFAULT_PACK.target,
      compression: project?.pack.compression ?? "gzip",
      exact: from.exact,
    },
    envelope: options.envelope ?? found.repository.limits.envelope ?? "native",
    artifactType: project?.artifactType,
    annotations: options.annotations ?? {},
    parent: parentOf(workspace, from.current, comparison, options.force === true),
    tags: tagMoves(found),
    repack: options.repack,
    mountFrom: mountSource(found, base),
  };
}

const DECLARATIONS: ReadonlySet<string> = new Set(["bale.yaml", ".baleignore"]);
const DEFAULT_PACK = { smallerThan: 1024 * 1024, target: 32 * 1024 * 1024 } as const;

/** The upstream's repository, when it is another one of the same registry: blobs may be mounted from there. */
function mountSource(found: RemoteState, upstream: string | undefined): string | undefined {
  const prefix = `${found.repository.registry}/`;
  if (!upstream?.startsWith(prefix)) return undefined;
  const repository = upstream.slice(prefix.length).replace(/:[^/:]*$/, "");
  return repository === found.repository.repository ? undefined : repository;
}

/** Opens stores for writing; the first use of an external one leaves the marker that garbage collection needs. */
function storeOpener(
  context: ClientContext,
  found: RemoteState,
  request: PushRequest,
): PushPorts["openStore"] {
  const own = createBlobStore(found.repository.blobs, { hasher: nodeHasher });
  const opened = new Map<StoreName, Promise<BlobStore>>();
  return async (name) => {
    if (name === undefined) return own;
    const known = opened.get(name);
    if (known) return known;
    const description = request.stores.get(name) ?? request.current?.root.stores.get(name);
    if (!description)
      throw new BaleError({
        code: "CONFIG_INVALID",
        message: `bale.yaml has a rule for the store "${name}", which it does not declare`,
      });
    const opening = context.openStore(name, description).then(async (store) => {
      await context.host.markUser(
        description,
        store.driver,
        `${found.repository.registry}/${found.repository.repository}`,
      );
      return store;
    });
    opened.set(name, opening);
    return opening;
  };
}

/** Whether the remote already is what a push would make it. */
function nothingToSend(prepared: Prepared): boolean {
  const { current, next, request } = prepared;
  const manifest = current?.bundle.manifest;
  if (request.repack || !current || !manifest || current.bundle.root.contentDigest !== next.contentDigest)
    return false;
  if (manifest.envelope !== request.envelope) return false;
  if ((manifest.artifactType ?? MEDIA_TYPES.bundle) !== (request.artifactType ?? MEDIA_TYPES.bundle))
    return false;
  if (request.pack.exact && !manifest.exact) return false;
  return Object.entries(request.annotations).every(([key, value]) => manifest.annotations[key] === value);
}

/**
 * `bale push`: plan, check, pack, send, move the tag, write the new base. The tag is looked up once and compared again
 * right before it is moved.
 * @throws BaleError `PUSH_REFUSED`, `DIVERGED`, `TAG_MOVED`, `FILE_CHANGED`, `LAYER_UNDECLARED`, `REGISTRY_LIMIT`, `TOO_LARGE`
 */
export async function push(
  context: ClientContext,
  workspace: Workspace,
  options: PushCommandOptions = {},
): Promise<PushResult> {
  const prepared = await prepare(context, workspace, options);
  const further = await furtherTags(prepared.found, options);
  if (options.dryRun) return dryRun(prepared);
  const { found, current, request, ports } = prepared;
  if (current && nothingToSend(prepared)) {
    const tags: PushedTag[] = [];
    const moves = current.state.digest === found.digest ? further : [...request.tags, ...further];
    for (const move of moves)
      tags.push(pushedTag(move.tag, await moveTag(move, current.bundle.raw, ports, options.signal)));
    await remember(workspace, prepared, options, current.state.digest);
    return {
      ...describe(prepared),
      outcome: tags.length > 0 ? "pushed" : "nothing-to-do",
      manifest: current.state.digest,
      tags,
      exact: current.bundle.manifest?.exact,
    };
  }
  const outcome = await publish({ ...request, tags: [...request.tags, ...further] }, ports, {
    signal: options.signal,
    onProgress: options.onProgress,
    concurrency: options.concurrency ?? context.options.concurrency,
  });
  const cache = workspaceCache(workspace.root);
  for (const [digest, bytes] of outcome.indexObjects) await cache.put(digest, bytes);
  await remember(workspace, prepared, options, outcome.manifest.digest);
  if (outcome.artifactTypeInAnnotation)
    context.notice(
      `the compatible envelope has no artifactType; ${request.artifactType} is kept in the annotation ${ANNOTATIONS.artifactType}`,
    );
  return { ...describe(prepared), ...sums(outcome), outcome: "pushed" };
}

function sums(
  outcome: PushOutcome,
): Pick<
  PushResult,
  "manifest" | "sentFiles" | "sentBlobs" | "sentBytes" | "reusedBlobs" | "mountedBlobs" | "exact" | "tags"
> {
  return {
    manifest: outcome.manifest.digest,
    sentFiles: outcome.sentFiles,
    sentBlobs: outcome.sentBlobs,
    sentBytes: outcome.sentBytes,
    reusedBlobs: outcome.reusedBlobs,
    mountedBlobs: outcome.mountedBlobs,
    exact: outcome.exact,
    tags: outcome.tags.map((move) => pushedTag(move.tag, move.update)),
  };
}

function describe(prepared: Prepared): PushResult {
  return {
    reference: prepared.found.name,
    manifest: prepared.found.digest,
    contentDigest: prepared.next.contentDigest,
    outcome: "nothing-to-do",
    changes: prepared.comparison.diff.changes,
    removed: prepared.plan.deletes,
    sentFiles: 0,
    sentBlobs: 0,
    sentBytes: 0,
    reusedBlobs: 0,
    mountedBlobs: 0,
    exact: undefined,
    artifactType: prepared.request.artifactType ?? MEDIA_TYPES.bundle,
    tags: [],
  };
}

/** Exact for whole files; for packs an upper bound, since their compressed size is known only once they are made. */
async function dryRun(prepared: Prepared): Promise<PushResult> {
  const described = describe(prepared);
  if (nothingToSend(prepared)) return described;
  const store = await prepared.ports.openStore(undefined);
  const plan = await planContent(prepared.request, prepared.ports.tree, {
    manifestLayers: prepared.found.repository.limits.manifestLayers,
    maxBlobSize: store.driver.limits.maxBlobSize,
  });
  const packed = plan.packs.flatMap((pack) => pack.entries);
  const whole = plan.whole.map((entry) => entry.file);
  return {
    ...described,
    outcome: "dry-run",
    manifest: undefined,
    sentFiles: packed.length + whole.length,
    sentBlobs: plan.packs.length + plan.whole.length,
    sentBytes: [...packed, ...whole].reduce((sum, file) => sum + file.size, 0),
  };
}

/** The upstream's push becomes the base; any other one is remembered by its name and leaves upstream and base alone. */
async function remember(
  workspace: Workspace,
  prepared: Prepared,
  options: PushCommandOptions,
  manifest: Digest,
): Promise<void> {
  const { found, comparison, plan, next } = prepared;
  const { state } = workspace;
  const isUpstream =
    options.setUpstream === true || state.upstream === undefined || found.name === state.upstream;
  const pushed = { ...state.pushed };
  if (isUpstream) delete pushed[found.name];
  else pushed[found.name] = manifest;
  workspace.replaceState(
    isUpstream
      ? {
          ...stateAfterPush(state, {
            tree: comparison.tree,
            plan,
            upstream: found.name,
            manifest,
            contentDigest: next.contentDigest,
            nowMs: Date.now(),
          }),
          pushed,
        }
      : { ...state, pushed },
  );
  await workspace.save();
}
