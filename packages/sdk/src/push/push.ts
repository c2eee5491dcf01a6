import { moveTag, type PushOutcome, planContent, push as publish } from "@bale/engine";
import { ANNOTATIONS, type Digest, MEDIA_TYPES } from "@bale/spec";
import type { Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { workspaceCache } from "../client/workspace-ports.js";
import { type PreparedPush, preparePush } from "./prepare-push.js";
import { type PushCommandOptions, type PushedTag, type PushResult, pushedTag } from "./push-options.js";
import { stateAfterPush } from "./state-after-push.js";
import { furtherTags } from "./tag-moves.js";

/** Whether the remote already is what a push would make it. */
function nothingToSend(prepared: PreparedPush): boolean {
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
  const prepared = await preparePush(context, workspace, options);
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

function describe(prepared: PreparedPush): PushResult {
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
async function dryRun(prepared: PreparedPush): Promise<PushResult> {
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
  prepared: PreparedPush,
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
