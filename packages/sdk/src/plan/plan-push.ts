import { type BundlePath, comparePaths, type Digest, type FileState } from "@bale/spec";
import type { Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { type PublishablePush, plannedMoves, preparePublishable, publishPrepared } from "../push/push.js";
import type { PushCommandOptions, PushResult } from "../push/push-options.js";
import type { PlannedChange, PredictedCost, PushPlanDocument, PushPlanOptions } from "./plan-types.js";
import { rehearse } from "./rehearsing-context.js";

function changesOf({ plan, comparison }: PublishablePush): readonly PlannedChange[] {
  const remote = new Map<BundlePath, FileState | undefined>(
    comparison.diff.changes.map((change) => [change.path, change.remote]),
  );
  const paths = [...plan.upserts.keys(), ...plan.deletes].sort(comparePaths);
  return paths.map((path) => {
    const [before, after] = [remote.get(path), plan.upserts.get(path)];
    return { path, ...(before ? { before } : {}), ...(after ? { after } : {}) };
  });
}

function optionsOf(options: PushCommandOptions): PushPlanOptions {
  const { reference, setUpstream, tags, bump, pre, latest, force, exact, flat, envelope, annotations } =
    options;
  const all: PushPlanOptions = {
    reference,
    setUpstream,
    tags: tags?.length === 0 ? undefined : tags,
    bump,
    pre,
    latest,
    force,
    exact,
    flat,
    envelope,
    annotations: Object.keys(annotations ?? {}).length === 0 ? undefined : annotations,
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined && value !== false);
  return Object.fromEntries(given) as PushPlanOptions;
}

/** The plan of a prepared push that leads to a manifest. */
export function describePushPlan(
  prepared: PublishablePush,
  options: PushCommandOptions,
  made: {
    readonly manifest: Digest;
    readonly outcome: PushResult["outcome"];
    readonly predicted: PredictedCost;
  },
): PushPlanDocument {
  const { found, next, version } = prepared;
  const nothing = made.outcome === "nothing-to-do";
  return {
    schemaVersion: 1,
    kind: "push",
    reference: prepared.name,
    ...(found.digest === undefined ? {} : { remote: found.digest }),
    options: optionsOf(options),
    outcome: nothing ? "nothing-to-do" : "push",
    manifest: made.manifest,
    contentDigest: next.contentDigest,
    changes: changesOf(prepared),
    tags: plannedMoves(prepared, options).map(({ tag, expect }) => ({ tag, expect })),
    ...(version && !nothing ? { version: version.tag } : {}),
    predicted: made.predicted,
  };
}

/**
 * `bale push --plan`: packs what is to be sent, asks what is there already, and writes nothing anywhere but staged packs. The push is done once to
 * know the index, and once more as a rehearsal, which counts.
 * @throws BaleError as `push` does for what is refused, `UNSUPPORTED` for remotes that cannot be rehearsed
 */
export async function planPush(
  context: ClientContext,
  workspace: Workspace,
  options: PushCommandOptions,
): Promise<PushPlanDocument> {
  // What this fetches is in the workspace's index cache when the plan is carried out.
  await preparePublishable(context, workspace, options);
  const { context: rehearsing, cost } = rehearse(context);
  const prepared = await preparePublishable(rehearsing, workspace, options);
  const { manifest, result } = await publishPrepared(rehearsing, workspace, prepared, options, {});
  return describePushPlan(prepared, options, { manifest, outcome: result.outcome, predicted: cost() });
}
