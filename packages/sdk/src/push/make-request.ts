import { storageRule } from "@bale/core";
import type { Bundle, NextTree, PushRequest } from "@bale/engine";
import type { BundlePath, Digest, StoreDescription, StoreName } from "@bale/spec";
import type { Project, Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import type { Comparison } from "../compare/comparison.js";
import type { RemoteState, RemoteTree } from "../remote/remote-tree.js";
import type { Declarations } from "./declarations.js";
import type { PushCommandOptions } from "./push-options.js";
import { tagMoves } from "./tag-moves.js";

function parentOf(
  workspace: Workspace,
  current: RemoteTree | undefined,
  comparison: Comparison,
  forced: boolean,
): Digest | "none" {
  const base = workspace.state.base?.manifest;
  // A push that takes up what the remote has continues the remote's history; one that replaces it continues its own.
  if (current && !forced && comparison.lineage.relation !== "diverged") return current.state.digest;
  return base ?? "none";
}

/**
 * The stores of `bale.yaml` as the root describes them: the members that their plugins name, and nothing else that stands in the file.
 * One whose plugin does not know it stays as it is; opening it says why, and an unused one is nobody's concern.
 */
async function describedStores(
  context: ClientContext,
  project: Project | undefined,
): Promise<ReadonlyMap<StoreName, StoreDescription>> {
  const described = new Map<StoreName, StoreDescription>();
  for (const [name, description] of project?.storage.stores ?? []) {
    try {
      described.set(name, await context.host.describeStore(description));
    } catch {
      described.set(name, description);
    }
  }
  return described;
}

/** What the engine is asked to publish. */
export async function makeRequest(
  context: ClientContext,
  workspace: Workspace,
  found: RemoteState,
  from: {
    readonly current: RemoteTree | undefined;
    readonly bundle: Bundle | undefined;
    readonly comparison: Comparison;
    readonly declared: Declarations;
    readonly next: NextTree;
    readonly exact: boolean;
    readonly options: PushCommandOptions;
  },
): Promise<PushRequest> {
  const { project } = workspace;
  const { options, comparison } = from;
  const rules = project?.storage.compiled() ?? [];
  const base = workspace.state.base ? workspace.state.upstream : undefined;
  return {
    current: from.bundle,
    next: from.next,
    roles: from.declared.roles,
    defaultRole: from.declared.defaultRole,
    held: comparison.tree.held,
    // The declarations stay with the index: every role needs them, whoever trusts which store.
    storeFor: (path: BundlePath, size: number) =>
      DECLARATIONS.has(path) ? undefined : storageRule(rules, path, size),
    stores: await describedStores(context, project),
    pack: {
      ...(options.flat
        ? { smallerThan: 0, wholeFiles: Number.POSITIVE_INFINITY }
        : { smallerThan: project?.pack.smallerThan ?? DEFAULT_PACK.smallerThan }),
      target: project?.pack.target ?? DEFAULT_PACK.target,
      compression: project?.pack.compression ?? "gzip",
      exact: from.exact,
    },
    envelope: options.envelope ?? found.repository.limits.envelope ?? "native",
    artifactType: project?.artifactType,
    annotations: options.annotations ?? {},
    parent: parentOf(workspace, from.current, comparison, options.force === true),
    tags: tagMoves(found),
    repack: options.repack,
    mountFrom: mountSource(found, base),
  };
}

const DECLARATIONS: ReadonlySet<string> = new Set(["bale.yaml", ".baleignore"]);
const DEFAULT_PACK = { smallerThan: 1024 * 1024, target: 32 * 1024 * 1024 } as const;

/** The upstream's repository, when it is another one of the same registry: blobs may be mounted from there. */
function mountSource(found: RemoteState, upstream: string | undefined): string | undefined {
  const prefix = `${found.repository.registry}/`;
  if (!upstream?.startsWith(prefix)) return undefined;
  const repository = upstream.slice(prefix.length).replace(/:[^/:]*$/, "");
  return repository === found.repository.repository ? undefined : repository;
}
