import { lstat } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { decidingRule } from "@bale/core";
import { planContent } from "@bale/engine";
import { compileGlob } from "@bale/roles";
import {
  BaleError,
  type BundlePath,
  DEFAULT_LAYER,
  type EntryKind,
  type FileRow,
  type LayerName,
  parseBundlePath,
} from "@bale/spec";
import type { Project, Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { workspaceCache } from "../client/workspace-ports.js";
import { compare } from "../compare/comparison.js";
import { preparePush } from "../push/prepare-push.js";
import { REGISTRY } from "./list-stores.js";
import type {
  ExplainedPath,
  ExplainOptions,
  ExplainResult,
  NamedRule,
  StoreCost,
  StoredPlace,
} from "./storage-types.js";
import { upstreamTree } from "./workspace-stores.js";

const DECLARATIONS: ReadonlySet<string> = new Set(["bale.yaml", ".baleignore"]);
// A look, the opening of an upload, its bytes: what a store costs whose driver does not say.
const USUAL_REQUESTS = 3;

interface Candidate {
  readonly path: BundlePath;
  readonly size: number;
  readonly kind: EntryKind;
  readonly layer: LayerName;
  readonly tracked: boolean;
}

function ruleOf(project: Project | undefined, path: BundlePath, size: number): NamedRule | undefined {
  const number = decidingRule(project?.storage.compiled() ?? [], path, size);
  const rule = number === undefined ? undefined : project?.storage.rules[number];
  if (number === undefined || !rule) return undefined;
  return { number: number + 1, match: rule.match, largerThan: rule.largerThan, store: rule.store };
}

function fixedOf({ path, kind, size }: Candidate): ExplainedPath["fixed"] {
  if (DECLARATIONS.has(path)) return "declaration";
  if (kind === "link") return "link";
  return size === 0 ? "empty" : undefined;
}

function placesOf(row: FileRow): readonly StoredPlace[] {
  const places = new Map<string, StoredPlace>();
  for (const { blob } of row.extents)
    places.set(`${blob.store ?? REGISTRY} ${blob.digest}`, {
      store: blob.store ?? REGISTRY,
      blob: blob.digest,
      blobSize: blob.size,
      packed: blob.digest !== row.digest,
    });
  return [...places.values()];
}

function explainPath(
  candidate: Candidate,
  project: Project | undefined,
  row: FileRow | undefined,
  stored: boolean,
): ExplainedPath {
  const { path, size, layer, tracked } = candidate;
  const fixed = fixedOf(candidate);
  const rule = fixed ? undefined : ruleOf(project, path, size);
  return {
    path,
    size,
    layer,
    tracked,
    rule,
    fixed,
    goesTo: rule?.store ?? REGISTRY,
    now: row && placesOf(row),
    stored,
  };
}

interface Wanted {
  readonly matches: (path: string) => boolean;
  /** Arguments that name one path, without globs. */
  readonly literal: readonly string[];
}

function wantedPaths(workspace: Workspace, { paths = [], cwd }: ExplainOptions): Wanted {
  if (paths.length === 0) return { matches: () => true, literal: [] };
  const named = paths.map((path) =>
    relative(workspace.root, resolve(cwd ?? workspace.root, path))
      .split(sep)
      .join("/"),
  );
  const globs = named.map((name) => compileGlob(name === "" ? "**" : name));
  return {
    matches: (path) =>
      globs.some((match) => match(path)) || named.some((name) => name === "" || path.startsWith(`${name}/`)),
    literal: named.filter((name) => !/[*?[\]{}()!]/.test(name)),
  };
}

/** A path that is only on disk: where it would go if it were added. @throws BaleError `NOT_FOUND`, `UNSAFE_PATH` */
async function untracked(workspace: Workspace, name: string): Promise<Candidate> {
  const path = parseBundlePath(name);
  const stats = await lstat(resolve(workspace.root, path)).catch(() => undefined);
  if (!stats || !(stats.isFile() || stats.isSymbolicLink()))
    throw new BaleError({
      code: "NOT_FOUND",
      message: `nothing to explain at ${JSON.stringify(path)}`,
      why: "the path is neither tracked nor a file here, and the upstream does not have it",
      fix: "list what there is with `bale ls`",
      context: { path },
    });
  const kind: EntryKind = stats.isSymbolicLink() ? "link" : (stats.mode & 0o111) !== 0 ? "exec" : "file";
  const layer = workspace.project?.assigner(path) ?? DEFAULT_LAYER;
  return { path, size: stats.size, kind, layer, tracked: false };
}

async function costOf(
  context: ClientContext,
  workspace: Workspace,
  options: ExplainOptions,
): Promise<readonly StoreCost[]> {
  const { request, ports, found } = await preparePush(context, workspace, { ...options, dryRun: true });
  const own = await ports.openStore(undefined);
  const plan = await planContent(request, ports.tree, {
    manifestLayers: found.repository.limits.manifestLayers,
    maxBlobSize: own.driver.limits.maxBlobSize,
  });
  const costs = new Map<string, { blobs: number; bytes: number; requests: number }>();
  const add = async (store: PlacedStore, bytes: number): Promise<void> => {
    const { driver } = store === undefined ? own : await ports.openStore(store);
    const name = store ?? REGISTRY;
    const cost = costs.get(name) ?? { blobs: 0, bytes: 0, requests: 0 };
    costs.set(name, cost);
    cost.blobs++;
    cost.bytes += bytes;
    cost.requests += driver.writeRequests?.(bytes) ?? USUAL_REQUESTS;
  };
  for (const pack of plan.packs)
    await add(
      pack.store,
      pack.entries.reduce((sum, { size }) => sum + size, 0),
    );
  for (const whole of plan.whole) await add(whole.store, whole.file.size);
  return [...costs].map(([store, cost]) => ({ store, ...cost }));
}
type PlacedStore = Parameters<Awaited<ReturnType<typeof preparePush>>["ports"]["openStore"]>[0];

/** `bale storage explain`: which rule decides for a path, where its content lies now, and what a push would cost. Nothing is sent. */
export async function explainStorage(
  context: ClientContext,
  workspace: Workspace,
  options: ExplainOptions = {},
): Promise<ExplainResult> {
  const { signal } = options;
  const wanted = wantedPaths(workspace, options);
  const remote = await upstreamTree(context, workspace, signal);
  const { tree } = await compare(workspace, undefined, workspaceCache(workspace.root), {
    signal,
    onProgress: options.onProgress,
    remoteIsBase: true,
    unreadable: "report",
  });
  const rows = new Map<BundlePath, { readonly row: FileRow; readonly layer: LayerName }>();
  for (const { row, layer } of (await remote?.bundle.rows(undefined, { signal })) ?? [])
    if (wanted.matches(row.path)) rows.set(row.path, { row, layer });
  const explained = new Map<string, ExplainedPath>();
  const here = (path: BundlePath, row: FileRow | undefined): boolean => {
    const local = tree.state(path);
    return (
      local === undefined || (row !== undefined && local.digest === row.digest && local.kind === row.kind)
    );
  };
  for (const { path, state } of tree.entries) {
    if (!wanted.matches(path)) continue;
    const row = rows.get(path)?.row;
    explained.set(
      path,
      explainPath({ path, ...state, tracked: true }, workspace.project, row, here(path, row)),
    );
  }
  for (const [path, { row, layer }] of rows)
    if (!explained.has(path))
      explained.set(
        path,
        explainPath({ ...row, layer, tracked: tree.held(path) }, workspace.project, row, true),
      );
  for (const path of wanted.literal)
    if (path !== "" && ![...explained.keys()].some((known) => known === path || known.startsWith(`${path}/`)))
      explained.set(path, explainPath(await untracked(workspace, path), workspace.project, undefined, false));
  const cost = await costOf(context, workspace, options).then(
    (push) => ({ push, pushProblem: undefined }),
    (error: unknown) => {
      if (!BaleError.is(error) || error.kind === "cancelled") throw error;
      return { push: undefined, pushProblem: error.message };
    },
  );
  return {
    reference: remote?.state.name,
    manifest: remote?.state.digest,
    paths: [...explained.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    ...cost,
  };
}
