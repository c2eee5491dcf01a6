import { userAnnotations } from "@bale/core";
import { type Bundle, type PushOutcome, type PushPorts, push, type TagMove } from "@bale/engine";
import {
  BaleError,
  type Digest,
  type LongCallOptions,
  parseMediaType,
  type RemoteRepository,
  type StoreDescription,
  type StoreName,
} from "@bale/spec";
import { nodeDeflater, nodeHasher } from "@bale/storage";
import type { RemotePorts, RemoteTree } from "../remote/remote-tree.js";
import { type MovePlan, nextLayers } from "./move-blobs.js";

/** A tree that bale made, so that it has an index that can lead somewhere else. */
export type OwnTree = RemoteTree & {
  readonly bundle: Bundle & { readonly manifest: NonNullable<Bundle["manifest"]> };
};

/** @throws BaleError `UNSUPPORTED` for what other tools made */
export function requireOwn(tree: RemoteTree): OwnTree {
  const { bundle } = tree;
  const { manifest } = bundle;
  if (manifest) return { ...tree, bundle: { ...bundle, manifest } };
  throw new BaleError({
    code: "UNSUPPORTED",
    message: `${tree.state.name} was made by another tool`,
    why: "it has no index that could lead to a store",
    fix: "pull it, and push it as a bundle",
  });
}

const refuseReading = (): never => {
  throw new BaleError({ code: "INTERNAL", message: "moving blobs reads no working tree" });
};

/** A store that nothing lies in any more is not described any more: readers would ask for consent to it, and its collector look here. */
function withUsedStores(bundle: OwnTree["bundle"], uses: MovePlan["uses"]): OwnTree["bundle"] {
  if (!uses) return bundle;
  const stores = new Map([...bundle.root.stores].filter(([name]) => uses.has(name)));
  return { ...bundle, root: { ...bundle.root, stores } };
}

export interface RepublishInput {
  readonly tree: OwnTree;
  readonly plan: MovePlan;
  /** Where the manifest goes; every blob that it will name is there. */
  readonly remote: RemoteRepository;
  /** Stores that rows may lead to. */
  readonly stores: ReadonlyMap<StoreName, StoreDescription>;
  readonly parent: Digest;
  readonly tags: readonly TagMove[];
  readonly openStore: PushPorts["openStore"];
}

/** Writes tables, index and manifest for the same content whose blobs lie elsewhere. @throws BaleError `TAG_MOVED`, and what the registry reports */
export function republish(
  input: RepublishInput,
  ports: RemotePorts,
  options: LongCallOptions & { readonly concurrency?: number | undefined },
): Promise<PushOutcome> {
  const { plan } = input;
  const bundle = withUsedStores(input.tree.bundle, plan.uses);
  const { manifest, root } = bundle;
  return push(
    {
      current: bundle,
      next: { layers: nextLayers(bundle, plan), contentDigest: root.contentDigest },
      roles: root.roles,
      defaultRole: root.defaultRole,
      held: () => false,
      storeFor: () => undefined,
      stores: input.stores,
      pack: { smallerThan: 0, target: 1, compression: "gzip", exact: false },
      envelope: manifest.envelope,
      artifactType: manifest.artifactType === undefined ? undefined : parseMediaType(manifest.artifactType),
      annotations: userAnnotations(manifest.annotations),
      parent: input.parent,
      tags: input.tags,
    },
    {
      remote: input.remote,
      tree: { open: refuseReading, read: refuseReading, linkTarget: refuseReading },
      staging: ports.staging,
      hasher: nodeHasher,
      deflater: nodeDeflater,
      openStore: input.openStore,
    },
    options,
  );
}
