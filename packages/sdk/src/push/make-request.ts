import { storageRule } from "@bale/core";
import type { Bundle, NextTree, PushPorts, PushRequest } from "@bale/engine";
import { BaleError, type BundlePath, type Digest, type StoreDescription, type StoreName } from "@bale/spec";
import { type BlobStore, createBlobStore, nodeHasher } from "@bale/storage";
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
function describedStores(
  context: ClientContext,
  project: Project | undefined,
): ReadonlyMap<StoreName, StoreDescription> {
  const described = new Map<StoreName, StoreDescription>();
  for (const [name, description] of project?.storage.stores ?? []) {
    try {
      described.set(name, context.host.describeStore(description));
    } catch {
      described.set(name, description);
    }
  }
  return described;
}

/** What the engine is asked to publish. */
export function makeRequest(
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
): PushRequest {
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
    stores: describedStores(context, project),
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

/** Opens stores for writing; the first use of an external one leaves the marker that garbage collection needs. */
export function storeOpener(
  context: ClientContext,
  found: RemoteState,
  request: PushRequest,
  project: Project | undefined,
): PushPorts["openStore"] {
  const own = createBlobStore(found.repository.blobs, { hasher: nodeHasher });
  const opened = new Map<StoreName, Promise<BlobStore>>();
  return async (name) => {
    if (name === undefined) return own;
    const known = opened.get(name);
    if (known) return known;
    const description = project?.storage.stores.get(name) ?? request.current?.root.stores.get(name);
    if (!description)
      throw new BaleError({
        code: "CONFIG_INVALID",
        message: `bale.yaml has a rule for the store "${name}", which it does not declare`,
      });
    const opening = context.openStore(name, description).then(async (store) => {
      await context.host.markUser(
        description,
        store.driver,
        `${found.repository.registry}/${found.repository.repository}`,
      );
      return store;
    });
    opened.set(name, opening);
    return opening;
  };
}
