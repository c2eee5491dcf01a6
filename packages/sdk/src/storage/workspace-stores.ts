import { BaleError, type LongCallOptions } from "@bale/spec";
import type { Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { upstreamOf } from "../client/upstream.js";
import { workspaceCache, workspaceStaging } from "../client/workspace-ports.js";
import { lookUp, openTree, type RemoteTree } from "../remote/remote-tree.js";
import { listStores } from "./list-stores.js";
import type { StorageListResult } from "./storage-types.js";

/** The upstream as it is now. That it is not known is worth a line, and no more. */
export async function upstreamTree(
  context: ClientContext,
  workspace: Workspace,
  signal: AbortSignal | undefined,
): Promise<RemoteTree | undefined> {
  if (workspace.state.upstream === undefined && workspace.project?.ref === undefined) return undefined;
  try {
    const found = await lookUp(context, upstreamOf(context, workspace, undefined), { signal });
    if (found.digest === undefined) return undefined;
    const ports = { cache: workspaceCache(workspace.root), staging: workspaceStaging(workspace.root) };
    return await openTree(context, found, ports, { signal });
  } catch (error) {
    if (!BaleError.is(error) || error.kind === "cancelled") throw error;
    context.notice(`where things lie now is not known: ${error.message}`);
    return undefined;
  }
}

/** Stores of a workspace: those that its `bale.yaml` declares, and those that its upstream lies in. */
export async function workspaceStores(
  context: ClientContext,
  workspace: Workspace,
  options: LongCallOptions = {},
): Promise<StorageListResult> {
  const tree = await upstreamTree(context, workspace, options.signal);
  return listStores(context, tree, workspace.project, options);
}
