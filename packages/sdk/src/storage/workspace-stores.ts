import { BaleError, type LongCallOptions, type StoreDescription } from "@bale/spec";
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

/** Stores by name, from `bale.yaml` and from the upstream; without names, all of them. @throws BaleError `CONFIG_INVALID` */
export async function namedStores(
  context: ClientContext,
  workspace: Workspace,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly (readonly [string, StoreDescription])[]> {
  const declared = new Map<string, StoreDescription>(workspace.project?.storage.stores);
  const missing = names.length === 0 || names.some((name) => !declared.has(name));
  const tree = missing ? await upstreamTree(context, workspace, signal) : undefined;
  const known = new Map<string, StoreDescription>([
    ...declared,
    ...(tree?.bundle.root.stores ?? []),
    ...declared,
  ]);
  return (names.length > 0 ? names : [...known.keys()]).map((name) => {
    const description = known.get(name);
    if (description) return [name, description] as const;
    throw new BaleError({
      code: "CONFIG_INVALID",
      message: `there is no store "${name}"`,
      why: known.size === 0 ? "bale.yaml declares none" : `known here: ${[...known.keys()].join(", ")}`,
      fix: "declare it under storage.stores in bale.yaml",
      context: { store: name },
    });
  });
}

/** One of them. @throws BaleError `CONFIG_INVALID` */
export async function knownStore(
  context: ClientContext,
  workspace: Workspace,
  name: string,
  signal: AbortSignal | undefined,
): Promise<StoreDescription> {
  const [found] = await namedStores(context, workspace, [name], signal);
  if (!found) throw new BaleError({ code: "INTERNAL", message: `no store ${name}` });
  return found[1];
}
