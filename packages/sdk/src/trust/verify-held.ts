import { createLayerHash } from "@bale/core";
import type { Bundle } from "@bale/engine";
import { BaleError, type BundlePath, type FileState, type LayerName } from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import {
  createStatCache,
  readWorkingTree,
  type StateEntry,
  type WorkingTree,
  type Workspace,
} from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { workspaceCache, workspaceStaging } from "../client/workspace-ports.js";
import { selectionFor } from "../compare/comparison.js";
import { openTree } from "../remote/remote-tree.js";
import type { VerifyOptions, VerifyProblem, VerifyResult } from "./trust-types.js";
import { pathFilter, problemOf } from "./verify-index.js";

interface Held {
  readonly path: BundlePath;
  readonly entry: StateEntry;
  readonly base: FileState;
}

/** What keeps an index from being read without making it wrong. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  "unavailable",
  "timeout",
  "rate-limited",
  "not-found",
  "unauthenticated",
  "permission-denied",
]);

/** The bundle that B came from: out of `.bale`, else from the upstream; `undefined` where neither has it now. */
async function baseBundle(
  context: ClientContext,
  workspace: Workspace,
  options: VerifyOptions,
): Promise<Bundle | undefined> {
  const { base } = workspace.state;
  if (!base) return undefined;
  const ports = { cache: workspaceCache(workspace.root), staging: workspaceStaging(workspace.root) };
  try {
    const reference = context.parse(base.reference);
    const repository = await context.openRemote(reference);
    const found = { reference, name: base.reference, repository, tag: undefined, digest: base.manifest };
    return (await openTree(context, found, ports, options)).bundle;
  } catch (error) {
    if (!BaleError.is(error) || !UNREACHABLE.has(error.kind)) throw error;
    context.notice(`the digests of layers are not checked: ${error.message}`);
    return undefined;
  }
}

/** Held paths that the command's role, layers and globs mean; without any, all. */
function chosen(workspace: Workspace, bundle: Bundle | undefined, options: VerifyOptions): readonly Held[] {
  const request = { roles: options.roles ?? [], layers: options.layers ?? [] };
  const asked = request.roles.length + request.layers.length > 0;
  const selection = asked ? selectionFor(bundle, bundle ? undefined : workspace, request) : undefined;
  const isWanted = pathFilter(options.paths);
  const isSelected = (layer: LayerName): boolean =>
    selection === undefined || selection.kind === "all" || selection.layers.has(layer);
  return [...workspace.state.entries].flatMap(([path, entry]) => {
    const { base } = entry;
    return base && isSelected(base.layer) && isWanted(path) ? [{ path, entry, base }] : [];
  });
}

/** W of these paths alone, every byte read again: neither the stat cache nor other files have a word. */
function readAgain(
  workspace: Workspace,
  held: readonly Held[],
  options: VerifyOptions,
): Promise<WorkingTree> {
  const view: Workspace = {
    ...workspace,
    state: { ...workspace.state, entries: new Map(held.map(({ path, entry }) => [path, entry])) },
    statCache: createStatCache(),
  };
  return readWorkingTree(view, {
    signal: options.signal,
    onProgress: options.onProgress,
    concurrency: options.concurrency,
    unreadable: "report",
  });
}

function changed(path: string, why: string): VerifyProblem {
  return {
    path,
    code: "FILE_CHANGED",
    message: `${JSON.stringify(path)} is not what was last pulled or pushed: ${why}`,
  };
}

function problemAt({ path, entry, base }: Held, tree: WorkingTree): VerifyProblem | undefined {
  if (!entry.tracked)
    return changed(path, "it was removed from the bundle here, which no push has published yet");
  const now = tree.state(path);
  if (!now) return { path, code: "NOT_FOUND", message: `${JSON.stringify(path)} is missing here` };
  if (now.digest !== base.digest || now.size !== base.size)
    return changed(
      path,
      `it was changed here on purpose, or is damaged: ${now.digest} (${now.size} bytes) instead of ${base.digest} (${base.size} bytes)`,
    );
  if (now.kind !== base.kind) return changed(path, `it is ${now.kind} instead of ${base.kind}`);
  return undefined;
}

/** Paths of files that could not be read, with the reason. */
function unreadable(tree: WorkingTree): readonly VerifyProblem[] {
  return tree.unreadable.map((error) => {
    const path = error.context["path"];
    return problemOf(error, typeof path === "string" ? path : undefined);
  });
}

/** Layers of which every file is held and was read: only their digests can be computed. */
function layersOf(
  bundle: Bundle | undefined,
  held: readonly Held[],
  tree: WorkingTree,
): VerifyResult["layers"] {
  const files = new Map<LayerName, BundlePath[]>();
  for (const { path, base } of held) files.set(base.layer, [...(files.get(base.layer) ?? []), path]);
  return [...(bundle?.root.layers ?? [])].flatMap(([name, summary]) => {
    const paths = files.get(name) ?? [];
    if (paths.length !== summary.files) return [];
    const hash = createLayerHash(nodeHasher);
    for (const path of paths) {
      const now = tree.state(path);
      if (now) hash.add({ path, kind: now.kind, digest: now.digest, size: now.size });
    }
    return [
      { name, digest: summary.digest, files: summary.files, ok: hash.finish().digest === summary.digest },
    ];
  });
}

/**
 * A workspace against its base: each held file is read and hashed again, whatever the stat cache says. A file that was changed here on purpose
 * is a problem too (`FILE_CHANGED`), since this is about what is on disk; files that were only added have nothing to be compared with.
 * Layers that are held completely are compared by their digests.
 * @throws BaleError `ROLE_UNKNOWN`, `LAYER_UNKNOWN`, `INTERRUPTED`, and for a damaged index `INDEX_INVALID`, `DIGEST_MISMATCH`
 */
export async function verifyHeld(
  context: ClientContext,
  workspace: Workspace,
  options: VerifyOptions,
): Promise<VerifyResult> {
  const bundle = await baseBundle(context, workspace, options);
  const held = chosen(workspace, bundle, options);
  const tree = await readAgain(workspace, held, options);
  const bad = unreadable(tree);
  const named = new Set(bad.map(({ path }) => path));
  const problems = held.flatMap((each) => (named.has(each.path) ? [] : (problemAt(each, tree) ?? [])));
  const layers = layersOf(bundle, held, tree);
  const wrong = layers.filter((layer) => !layer.ok);
  // Files as they should be, and yet another digest: then B itself is not what the bundle says.
  const contradictions =
    problems.length + bad.length > 0
      ? []
      : wrong.map(({ name }) => ({
          code: "STATE_CORRUPT",
          message: `every file of layer ${name} is what .bale remembers, but not what the bundle's index says`,
        }));
  return {
    subject: workspace.root,
    manifest: workspace.state.base?.manifest,
    contentDigest: bundle?.root.contentDigest,
    layers,
    checkedFiles: held.length,
    checkedBlobs: 0,
    checkedBytes: tree.hashed.bytes,
    problems: [...problems, ...bad, ...contradictions],
  };
}
