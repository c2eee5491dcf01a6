import { type LayeredRow, readExtents } from "@bale/engine";
import { compileGlob } from "@bale/roles";
import { BALE_LAYER, BaleError, type BundlePath, type FileState, type TreeEntry } from "@bale/spec";
import { baseEntries, readWorkingTree, type Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { treeSource } from "../client/tree-source.js";
import { upstreamOf } from "../client/upstream.js";
import { workspaceCache, workspaceStaging } from "../client/workspace-ports.js";
import { compare } from "../compare/comparison.js";
import { lookUp, openTree, type RemotePorts, type RemoteTree } from "../remote/remote-tree.js";
import { compareTrees } from "./compare-trees.js";
import { selectRows } from "./list.js";
import type { DiffChange, DiffOptions, DiffResult } from "./look-types.js";
import { openReference } from "./open-reference.js";
import { type ContentReader, withPatches } from "./patch.js";

/** One of the two sides: its states in path order, and a way to their content. */
interface Side {
  readonly name: string;
  readonly entries: readonly TreeEntry[];
  readonly read: ContentReader;
}

async function remoteSide(tree: RemoteTree, options: DiffOptions): Promise<Side> {
  const { rows } = await selectRows(tree, options);
  const byPath = new Map<BundlePath, LayeredRow>();
  for (const row of rows) byPath.set(row.row.path, row);
  return {
    name: tree.state.name,
    entries: [...byPath.values()].map(({ row, layer }) => ({
      path: row.path,
      state: { digest: row.digest, size: row.size, kind: row.kind, layer },
    })),
    read: async (path) => {
      const found = byPath.get(path);
      if (!found)
        throw new BaleError({
          code: "NOT_FOUND",
          message: `no file ${JSON.stringify(path)} in ${tree.state.name}`,
        });
      if (found.row.kind === "link") return new TextEncoder().encode(found.row.target ?? "");
      const chunks: Uint8Array[] = [];
      for await (const chunk of readExtents(found.row, tree, options.signal)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
  };
}

async function workingSide(workspace: Workspace, options: DiffOptions): Promise<Side> {
  const tree = await readWorkingTree(workspace, options);
  const source = treeSource(workspace, tree);
  const states = new Map(tree.entries.map((entry) => [entry.path, entry.state]));
  return {
    name: "working tree",
    entries: tree.entries,
    read: async (path) => {
      const state = states.get(path);
      if (!state) throw new BaleError({ code: "NOT_FOUND", message: `no file ${JSON.stringify(path)} here` });
      return state.kind === "link"
        ? new TextEncoder().encode(await source.linkTarget(path))
        : source.read(path, state);
    },
  };
}

/** The base's content is not on disk any more: it is read from the upstream by digest, and only for a patch. */
async function baseSide(
  context: ClientContext,
  workspace: Workspace,
  ports: RemotePorts,
  options: DiffOptions,
): Promise<Side> {
  const { base } = workspace.state;
  let opened: Promise<Side> | undefined;
  const open = async (): Promise<Side> => {
    if (!base) throw new BaleError({ code: "NOT_FOUND", message: "this workspace has no base yet" });
    const found = await lookUp(
      context,
      { ...context.parse(base.reference), digest: base.manifest } as ReturnType<typeof context.parse>,
      options,
    );
    return remoteSide(await openTree(context, { ...found, digest: base.manifest }, ports, options), {});
  };
  return {
    name: "base",
    entries: [...baseEntries(workspace.state)],
    read: async (path) => {
      opened ??= open();
      return (await opened).read(path);
    },
  };
}

async function changesBetween(
  a: Side,
  b: Side,
  options: DiffOptions,
  within?: (state: FileState, path: BundlePath) => boolean,
): Promise<DiffResult> {
  const keep = within ? (entry: TreeEntry) => within(entry.state, entry.path) : () => true;
  const changes = compareTrees(a.entries.filter(keep), b.entries.filter(keep));
  const patched: readonly DiffChange[] = options.patch
    ? await withPatches(changes, a.read, b.read, options.patchLimit)
    : changes;
  return { a: a.name, b: b.name, changes: patched, verdicts: undefined };
}

/** `bale diff A B`. */
export async function diffReferences(
  context: ClientContext,
  ports: RemotePorts,
  options: DiffOptions & { readonly a: string; readonly b: string },
): Promise<DiffResult> {
  const [a, b] = [
    await openReference(context, options.a, ports, options),
    await openReference(context, options.b, ports, options),
  ];
  return changesBetween(await remoteSide(a, options), await remoteSide(b, options), options);
}

async function diffRemote(
  context: ClientContext,
  workspace: Workspace,
  ports: RemotePorts,
  options: DiffOptions,
): Promise<DiffResult> {
  const found = await lookUp(context, upstreamOf(context, workspace, options.a), options);
  const remote = found.digest === undefined ? undefined : await openTree(context, found, ports, options);
  const request = { roles: options.roles ?? [], layers: options.layers ?? [] };
  const { diff } = await compare(workspace, remote, ports.cache, {
    ...options,
    request,
    seek: "changed",
    forgiving: true,
  });
  const matches = pathFilter(options);
  const changes = diff.changes.filter((change) => matches(change.path));
  return {
    a: found.name,
    b: "working tree",
    changes: changes.flatMap((change) =>
      compareTrees(
        change.remote ? [{ path: change.path, state: change.remote }] : [],
        change.local ? [{ path: change.path, state: change.local }] : [],
      ),
    ),
    verdicts: changes,
  };
}

function pathFilter(options: DiffOptions): (path: string) => boolean {
  const globs = (options.paths ?? []).map(compileGlob);
  return globs.length === 0 ? () => true : (path) => globs.some((match) => match(path));
}

/** In a workspace: W against B; `a` against W; `a` against `b`; or with `remote` the three-way verdicts. */
export async function diffWorkspace(
  context: ClientContext,
  workspace: Workspace,
  options: DiffOptions,
): Promise<DiffResult> {
  const ports: RemotePorts = {
    cache: workspaceCache(workspace.root),
    staging: workspaceStaging(workspace.root),
  };
  if (options.remote) return diffRemote(context, workspace, ports, options);
  if (options.a !== undefined && options.b !== undefined)
    return diffReferences(context, ports, { ...options, a: options.a, b: options.b });
  const here = await workingSide(workspace, options);
  const layers = options.layers && options.layers.length > 0 ? new Set<string>(options.layers) : undefined;
  const matches = pathFilter(options);
  const within = (state: FileState, path: BundlePath) =>
    matches(path) && (!layers || layers.has(state.layer));
  if (options.a === undefined)
    return changesBetween(await baseSide(context, workspace, ports, options), here, options, within);
  const there = await remoteSide(await openReference(context, options.a, ports, options), options);
  // Against a whole bundle, files that this workspace does not hold would all look removed.
  const held = new Set(workspace.state.entries.keys());
  return changesBetween(
    {
      ...there,
      entries: there.entries.filter((entry) => held.has(entry.path) || isSelected(workspace, entry)),
    },
    here,
    options,
    within,
  );
}

function isSelected(workspace: Workspace, entry: TreeEntry): boolean {
  const { selection } = workspace.state;
  if (!selection || selection.roles.length + selection.layers.length === 0) return true;
  const roles = workspace.project?.roles;
  const layers = new Set([
    BALE_LAYER,
    ...selection.layers,
    ...selection.roles.flatMap((role) => roles?.get(role) ?? []),
  ]);
  return layers.has(entry.state.layer);
}
