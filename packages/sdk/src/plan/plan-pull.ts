import { planRanges } from "@bale/engine";
import type { Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { fetchedRows, type PreparedPull, preparePull, refuseBlocked } from "../pull/pull.js";
import type { PullCommandOptions } from "../pull/pull-options.js";
import { tagOf } from "../remote/remote-tree.js";
import type { PredictedCost, PullPlanDocument, PullPlanOptions } from "./plan-types.js";

interface Part {
  readonly store: string | undefined;
  readonly bytes: number;
}

function optionsOf(options: PullCommandOptions): PullPlanOptions {
  const { reference, roles, layers, paths, theirs, ours, overwrite, mirror, restore, drop, platform } =
    options;
  const all: PullPlanOptions = {
    reference,
    roles,
    layers,
    paths,
    theirs,
    ours,
    overwrite,
    mirror,
    restore,
    drop,
    platform,
  };
  const given = Object.entries(all).filter(
    ([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(given) as PullPlanOptions;
}

/** The requests that bring the content, with the look at the tag; manifest and index are in the workspace's cache by then. */
function predict(prepared: PreparedPull): PredictedCost {
  const { ranges, scattered } = planRanges(fetchedRows(prepared));
  const parts: readonly Part[] = [
    ...ranges.map(({ blob, start, end }) => ({ store: blob.store, bytes: end - start })),
    ...scattered.flatMap(({ extents }) =>
      extents.map(({ blob, length }) => ({ store: blob.store, bytes: length })),
    ),
  ];
  const { reference } = prepared.found;
  const isRegistry = reference.kind === "registry";
  const own = parts.filter(({ store }) => store === undefined);
  const stores = new Map<string, { blobs: number; bytes: number }>();
  for (const { store, bytes } of parts) {
    if (store === undefined) continue;
    const sum = stores.get(store) ?? { blobs: 0, bytes: 0 };
    stores.set(store, sum);
    sum.blobs++;
    sum.bytes += bytes;
  }
  return {
    requests: isRegistry ? own.length + (tagOf(reference) ? 1 : 0) : 0,
    bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
    stores: [...stores].map(([store, sum]) => ({ store, ...sum })),
  };
}

/** The plan of a prepared pull. */
export function describePullPlan(prepared: PreparedPull, options: PullCommandOptions): PullPlanDocument {
  const { found, remote, plan, drop, actions, result } = prepared;
  return {
    schemaVersion: 1,
    kind: "pull",
    reference: found.name,
    remote: found.digest,
    options: optionsOf(options),
    outcome: actions.length === 0 ? "nothing-to-do" : "pull",
    manifest: remote.state.digest,
    contentDigest: result.contentDigest,
    actions: plan.actions,
    dropped: drop?.actions.map(({ path }) => path) ?? [],
    predicted: predict(prepared),
  };
}

/** `bale pull --plan`: compares, and fetches nothing but the index. @throws BaleError as `pull` does for what is refused */
export async function planPull(
  context: ClientContext,
  workspace: Workspace,
  options: PullCommandOptions,
): Promise<PullPlanDocument> {
  const prepared = await preparePull(context, workspace, options);
  refuseBlocked(prepared, workspace);
  return describePullPlan(prepared, options);
}
