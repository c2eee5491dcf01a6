import type { PackOptions } from "@bale/core";
import type {
  BundlePath,
  Deflater,
  Digest,
  Hasher,
  LayerName,
  MediaType,
  RawManifest,
  RemoteRepository,
  RoleName,
  StoreDescription,
  StoreName,
  Tag,
  TagUpdate,
} from "@bale/spec";
import type { BlobStore } from "@bale/storage";
import type { Bundle } from "../bundle/bundle.js";
import type { StagingArea, TreeSource } from "../ports.js";
import type { NextTree } from "./next-tree.js";
import type { UploadResult } from "./upload.js";

/** A push whose plan was approved: everything is decided but the bytes of packs, tables, index and manifest. */
export interface PushRequest {
  /** The remote's bundle that `next` was derived from; none on a first push. */
  readonly current: Bundle | undefined;
  readonly next: NextTree;
  readonly roles: ReadonlyMap<RoleName, readonly LayerName[]>;
  readonly defaultRole: RoleName | undefined;
  /** Whether this workspace has the bytes of a path. */
  readonly held: (path: BundlePath) => boolean;
  /** Where a new blob for this file goes; `undefined` is the registry. */
  readonly storeFor: (path: BundlePath, size: number) => StoreName | undefined;
  /** Descriptions of the stores that `storeFor` can name. */
  readonly stores: ReadonlyMap<StoreName, StoreDescription>;
  readonly pack: Pick<PackOptions, "smallerThan" | "target" | "compression" | "exact" | "wholeFiles">;
  readonly envelope: "native" | "compatible";
  readonly artifactType: MediaType | undefined;
  /** The user's, and version or creation time where asked for. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly parent: Digest | "none";
  readonly tags: readonly TagMove[];
  /** Packs and sends everything that is held here anew, as if nothing were stored yet. */
  readonly repack?: boolean | undefined;
  /** Of a plan that is carried out: any other manifest is refused before the first byte. */
  readonly expectManifest?: Digest | undefined;
  /** Another repository of the same registry that may hold blobs of this tree. */
  readonly mountFrom?: string | undefined;
}
/** A tag and where it must be when it is moved. */
export interface TagMove {
  readonly tag: Tag;
  readonly expect: Digest | "absent" | "anything";
}
export interface PushPorts {
  readonly remote: RemoteRepository;
  readonly tree: TreeSource;
  readonly staging: StagingArea;
  readonly hasher: Hasher;
  readonly deflater: Deflater;
  /** The store of that name, ready to be written to (its `users/` marker is there); without a name, the repository's own blobs. */
  readonly openStore: (name: StoreName | undefined) => Promise<BlobStore>;
}
export interface PushOutcome extends UploadResult {
  readonly manifest: RawManifest;
  readonly contentDigest: Digest;
  /** Manifest, index and tables, to be kept for the next command. */
  readonly indexObjects: ReadonlyMap<Digest, Uint8Array>;
  readonly tags: readonly (TagMove & { readonly update: TagUpdate })[];
  /** Files whose bytes were packed or sent. */
  readonly sentFiles: number;
  readonly exact: boolean;
  readonly artifactTypeInAnnotation: boolean;
}
