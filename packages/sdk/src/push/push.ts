import { moveTag, type PushOutcome, planContent, push as publish, type TagMove } from "@bale/engine";
import { ANNOTATIONS, type Digest, MEDIA_TYPES } from "@bale/spec";
import type { Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { workspaceCache } from "../client/workspace-ports.js";
import { LATEST } from "../remote/remote-tree.js";
import { type PushCommandOptions, type PushedTag, type PushResult, pushedTag } from "./push-options.js";
import { stateAfterPush } from "./state-after-push.js";
import { furtherTags } from "./tag-moves.js";
import { prepareVersioned, type VersionedPush, withTag } from "./version-push.js";

/** Whether the remote already is what a push would make it. */
function nothingToSend(prepared: VersionedPush, options: PushCommandOptions): boolean {
  const { current, next, request } = prepared;
  const manifest = current?.bundle.manifest;
  if (request.repack || !current || !manifest || current.bundle.root.contentDigest !== next.contentDigest)
    return false;
  if (manifest.envelope !== request.envelope) return false;
  if ((manifest.artifactType ?? MEDIA_TYPES.bundle) !== (request.artifactType ?? MEDIA_TYPES.bundle))
    return false;
  if (request.pack.exact && !manifest.exact) return false;
  return Object.entries(options.annotations ?? {}).every(
    ([key, value]) => manifest.annotations[key] === value,
  );
}

/** Whether what there is to push has its tag already: a version with this content is not made a second time. */
function isThere({ version, current, found }: VersionedPush): boolean {
  return version ? version.previous !== undefined : current?.state.digest === found.digest;
}

/** How a plan wants it: nothing taken over from another repository, since nobody can say before whether that is allowed. */
export interface PlannedPush {
  /** None while the plan is being made. */
  readonly expectManifest?: Digest | undefined;
}

/**
 * Sends what was prepared, and moves the tags. The workspace is not changed.
 * @throws BaleError `FILE_CHANGED`, `PLAN_STALE`, `TAG_MOVED`, `REGISTRY_LIMIT`, `TOO_LARGE`
 */
export async function publishPrepared(
  context: ClientContext,
  workspace: Workspace,
  prepared: PublishablePush,
  options: PushCommandOptions,
  planned?: PlannedPush,
): Promise<PublishedPush> {
  const { found, current, ports, version, further } = prepared;
  if (current && nothingToSend(prepared, options)) {
    const there = isThere(prepared);
    const tags: PushedTag[] = [];
    for (const move of movesWithoutContent(prepared))
      tags.push(pushedTag(move.tag, await moveTag(move, current.bundle.raw, ports, options.signal)));
    const name = there ? found.name : prepared.name;
    return {
      name,
      manifest: current.state.digest,
      result: {
        ...describe({ ...prepared, name, version: there ? undefined : version }),
        outcome: tags.length > 0 ? "pushed" : "nothing-to-do",
        manifest: current.state.digest,
        tags,
        exact: current.bundle.manifest?.exact,
      },
    };
  }
  const request = planned
    ? { ...prepared.request, mountFrom: undefined, expectManifest: planned.expectManifest }
    : prepared.request;
  const outcome = await publish({ ...request, tags: [...request.tags, ...further] }, ports, {
    signal: options.signal,
    onProgress: options.onProgress,
    concurrency: options.concurrency ?? context.options.concurrency,
  });
  const cache = workspaceCache(workspace.root);
  for (const [digest, bytes] of outcome.indexObjects) await cache.put(digest, bytes);
  if (outcome.artifactTypeInAnnotation)
    context.notice(
      `the compatible envelope has no artifactType; ${request.artifactType} is kept in the annotation ${ANNOTATIONS.artifactType}`,
    );
  return {
    name: prepared.name,
    manifest: outcome.manifest.digest,
    result: { ...describe(prepared), ...sums(outcome), outcome: "pushed" },
  };
}

/** A prepared push with the further tags, which have been looked up. */
export interface PublishablePush extends VersionedPush {
  readonly further: readonly TagMove[];
}
export interface PublishedPush {
  readonly name: string;
  readonly manifest: Digest;
  readonly result: PushResult;
}

/** Everything that is asked before something is sent. @throws BaleError as `push` does */
export async function preparePublishable(
  context: ClientContext,
  workspace: Workspace,
  options: PushCommandOptions,
): Promise<PublishablePush> {
  const prepared = await prepareVersioned(context, workspace, options);
  const { found, version } = prepared;
  return { ...prepared, further: await furtherTags(found, version ? version.tag : found.tag, options) };
}

/** Tags that move although no content does. */
function movesWithoutContent(prepared: PublishablePush): readonly TagMove[] {
  return isThere(prepared) ? prepared.further : [...prepared.request.tags, ...prepared.further];
}

/** Tags that the push moves, with where they must be. */
export function plannedMoves(prepared: PublishablePush, options: PushCommandOptions): readonly TagMove[] {
  return prepared.current && nothingToSend(prepared, options)
    ? movesWithoutContent(prepared)
    : [...prepared.request.tags, ...prepared.further];
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
  const prepared = await preparePublishable(context, workspace, options);
  if (options.dryRun) return dryRun(prepared, options);
  return publishAndRemember(context, workspace, prepared, options);
}

/** Sends what was prepared; then the workspace knows of it. */
export async function publishAndRemember(
  context: ClientContext,
  workspace: Workspace,
  prepared: PublishablePush,
  options: PushCommandOptions,
  planned?: PlannedPush,
): Promise<PushResult> {
  const { name, manifest, result } = await publishPrepared(context, workspace, prepared, options, planned);
  await remember(workspace, { ...prepared, name }, result.tags, options, manifest);
  return result;
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

function describe(prepared: VersionedPush): PushResult {
  return {
    reference: prepared.name,
    version: prepared.version,
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
async function dryRun(prepared: VersionedPush, options: PushCommandOptions): Promise<PushResult> {
  if (nothingToSend(prepared, options) && isThere(prepared))
    return describe({ ...prepared, name: prepared.found.name, version: undefined });
  const described = describe(prepared);
  if (nothingToSend(prepared, options)) return described;
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
  prepared: VersionedPush,
  tags: readonly PushedTag[],
  options: PushCommandOptions,
  manifest: Digest,
): Promise<void> {
  const { name, comparison, plan, next } = prepared;
  const { state } = workspace;
  // A version is often pushed from a workspace whose upstream is `latest`, which --latest moves with it.
  const along = prepared.version ? tags.map(({ tag }) => withTag(prepared, tag)) : [];
  const first = along.find((candidate) => candidate === withTag(prepared, LATEST)) ?? name;
  const upstream =
    options.setUpstream === true
      ? name
      : state.upstream === undefined
        ? first
        : [name, ...along].find((candidate) => candidate === state.upstream);
  const pushed = { ...state.pushed };
  // The next version is compared with this one, never again with those before.
  if (prepared.version?.previous !== undefined) delete pushed[withTag(prepared, prepared.version.previous)];
  if (upstream === undefined || upstream !== name) pushed[name] = manifest;
  else delete pushed[name];
  workspace.replaceState(
    upstream !== undefined
      ? {
          ...stateAfterPush(state, {
            tree: comparison.tree,
            plan,
            upstream,
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
