import { sameState, type ThreeWayResult, threeWay } from "@bale/core";
import { type Bundle, entriesOf, type IndexCache, type LayeredRow, type Lineage, relate } from "@bale/engine";
import { type ResolvedSelection, resolveSelection, type SelectableBundle, type Selection } from "@bale/roles";
import {
  BALE_LAYER,
  type BundlePath,
  DEFAULT_LAYER,
  type Digest,
  type LayerName,
  type LongCallOptions,
  type TreeEntry,
} from "@bale/spec";
import { baseEntries, readWorkingTree, type WorkingTree, type Workspace } from "@bale/workspace";
import type { RemoteTree } from "../remote/remote-tree.js";

/** Roles and layers that a command names; empty lists ask for nothing in particular. */
export interface SelectionRequest {
  readonly roles: readonly string[];
  readonly layers: readonly string[];
}
export const NO_REQUEST: SelectionRequest = { roles: [], layers: [] };

/** The one computation of a command: three trees, and how their histories stand to each other. */
export interface Comparison {
  readonly diff: ThreeWayResult;
  readonly tree: WorkingTree;
  readonly selection: ResolvedSelection;
  readonly lineage: Lineage;
  /** The remote's rows of the layers that were read; a function, so that it can be walked again. */
  readonly remoteRows: Iterable<LayeredRow>;
}
export interface CompareOptions extends LongCallOptions {
  readonly request?: SelectionRequest | undefined;
  /** The working tree, where it has been read before. */
  readonly tree?: WorkingTree | undefined;
  /** In place of the workspace's base: what this workspace last pushed to a reference that is not its upstream. */
  readonly base?: { readonly manifest: Digest; readonly entries: Iterable<TreeEntry> } | undefined;
  /** The remote takes the place of the upstream: which of the two is older says nothing, and the table alone applies. */
  readonly switching?: boolean | undefined;
  /** Without a remote: it was not reached, and is taken to be what it was at the last synchronisation. */
  readonly remoteIsBase?: boolean | undefined;
  /**
   * Held paths that are in none of the layers read are looked for in all others, since a path may have moved there. `changed`: those that were
   * changed here; `held`: all of them. Where nothing of the kind is missing, no other layer's table is read.
   */
  readonly seek?: "changed" | "held" | undefined;
  /** Roles and layers that are remembered and are gone select nothing, in place of an error. */
  readonly forgiving?: boolean | undefined;
  readonly unreadable?: "throw" | "report" | undefined;
  readonly concurrency?: number | undefined;
}

/** What the workspace remembers, in the words of the selection. `all` is remembered as a role of that name, which no bundle can declare. */
function rememberedBy(workspace: Workspace | undefined): Selection | undefined {
  const selection = workspace?.state.selection;
  if (!selection) return undefined;
  if (selection.roles.some((role) => role === "all")) return { kind: "all" };
  return { kind: "some", roles: selection.roles, layers: selection.layers };
}

function selectable(bundle: Bundle | undefined, workspace: Workspace | undefined): SelectableBundle {
  if (bundle)
    return {
      layers: new Set(bundle.root.layers.keys()),
      roles: bundle.root.roles,
      defaultRole: bundle.root.defaultRole,
      foreign: bundle.manifest === undefined,
    };
  const project = workspace?.project;
  return {
    layers: new Set(project?.layers.map((layer) => layer.name)),
    roles: project?.roles ?? new Map(),
    defaultRole: undefined,
  };
}

/**
 * Which layers a pull of this bundle takes; without a bundle, what the workspace's own declarations make of it.
 * @throws BaleError `ROLE_UNKNOWN`, `LAYER_UNKNOWN`
 */
export function selectionFor(
  bundle: Bundle | undefined,
  workspace: Workspace | undefined,
  request: SelectionRequest = NO_REQUEST,
  forgiving = false,
): ResolvedSelection {
  const there = selectable(bundle, workspace);
  const kept = rememberedBy(workspace);
  const remembered = kept && forgiving ? existing(kept, there) : kept;
  return resolveSelection({ ...request, ...(remembered ? { remembered } : {}) }, there);
}

function existing(selection: Selection, there: SelectableBundle): Selection {
  if (selection.kind === "all") return selection;
  const isThere = (layer: LayerName): boolean =>
    layer === BALE_LAYER || layer === DEFAULT_LAYER || there.layers.has(layer);
  return {
    kind: "some",
    roles: selection.roles.filter((role) => there.roles.get(role)?.every(isThere)),
    layers: selection.layers.filter(isThere),
  };
}

/** Layers whose rows the comparison needs: the selected ones, and those of every path that is held here. */
function neededLayers(
  selection: ResolvedSelection,
  tree: WorkingTree,
  workspace: Workspace,
  bundle: Bundle,
): LayerName[] {
  if (selection.kind === "all") return [...bundle.root.layers.keys()];
  const needed = new Set<LayerName>([...selection.layers, BALE_LAYER]);
  for (const { state } of tree.entries) needed.add(state.layer);
  for (const entry of workspace.state.entries.values()) if (entry.base) needed.add(entry.base.layer);
  return [...bundle.root.layers.keys()].filter((layer) => needed.has(layer));
}

/** Whether a path that matters is in none of the rows: only another layer's table then tells whether it is gone or has moved. */
function lacksHeld(
  workspace: Workspace,
  tree: WorkingTree,
  rows: Iterable<LayeredRow>,
  seek: "changed" | "held",
): boolean {
  const here = new Set<BundlePath>();
  for (const { row } of rows) here.add(row.path);
  for (const [path, { base }] of workspace.state.entries) {
    if (here.has(path)) continue;
    const local = tree.state(path);
    if (seek === "held" ? local || base : local && base && !sameState(local, base)) return true;
  }
  return false;
}

/** The remote's rows of the layers that the comparison needs. */
async function neededRows(
  workspace: Workspace,
  tree: WorkingTree,
  bundle: Bundle,
  selection: ResolvedSelection,
  options: CompareOptions,
): Promise<Iterable<LayeredRow>> {
  const { signal, seek } = options;
  const needed = neededLayers(selection, tree, workspace, bundle);
  const rows = await bundle.rows(needed, { signal });
  const unread = [...bundle.root.layers].some(([name, { files }]) => files > 0 && !needed.includes(name));
  if (!unread || !seek || !lacksHeld(workspace, tree, rows, seek)) return rows;
  return bundle.rows(undefined, { signal });
}

function* pathsOf(rows: Iterable<LayeredRow>, tree: WorkingTree): Generator<BundlePath> {
  for (const { row } of rows) if (!tree.held(row.path)) yield row.path;
}

async function lineageOf(
  remote: RemoteTree | undefined,
  base: Digest | undefined,
  cache: IndexCache,
  signal: AbortSignal | undefined,
): Promise<Lineage> {
  if (!remote || base === undefined) return { relation: "same" };
  // An artifact of another tool has no history; the table applies.
  if (!remote.bundle.manifest) return { relation: remote.state.digest === base ? "same" : "newer" };
  return relate(remote.state.repository, remote.state.digest, base, cache, { signal });
}

/** Compares the working tree, its base and the remote. Without a remote, everything here is new there. */
export async function compare(
  workspace: Workspace,
  remote: RemoteTree | undefined,
  cache: IndexCache,
  options: CompareOptions = {},
): Promise<Comparison> {
  const { signal, onProgress, unreadable, concurrency } = options;
  const tree =
    options.tree ?? (await readWorkingTree(workspace, { signal, onProgress, unreadable, concurrency }));
  const selection = selectionFor(remote?.bundle, workspace, options.request, options.forgiving);
  const rows = remote ? await neededRows(workspace, tree, remote.bundle, selection, options) : [];
  const baseManifest = options.base?.manifest ?? workspace.state.base?.manifest;
  const lineage: Lineage =
    options.switching && baseManifest !== undefined
      ? { relation: remote?.state.digest === baseManifest ? "same" : "newer" }
      : await lineageOf(remote, baseManifest, cache, signal);
  await tree.prepareInTheWay(pathsOf(rows, tree), { signal });
  const unreached = remote === undefined && options.remoteIsBase === true;
  const diff = threeWay({
    base: options.base?.entries ?? baseEntries(workspace.state),
    local: tree.entries,
    remote: unreached ? baseEntries(workspace.state) : entriesOf(rows),
    held: tree.held,
    selected: (layer) => selection.kind === "all" || selection.layers.has(layer) || layer === BALE_LAYER,
    inTheWay: tree.inTheWay,
    diverged: lineage.relation === "diverged",
    remoteBehind: lineage.relation === "behind",
    remoteAbsent: remote === undefined && !unreached,
  });
  return { diff, tree, selection, lineage, remoteRows: rows };
}
