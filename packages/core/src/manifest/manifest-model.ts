import type { BundlePath, Descriptor, Digest, LayerName, MediaType, TableRef } from "@bale/spec";

/** A blob of the bundle's own repository, as a manifest names it. */
export interface ManifestBlob {
  readonly digest: Digest;
  readonly size: number;
  readonly layer: LayerName;
  readonly kind: WholeFileBlob | PackBlob;
}
export interface WholeFileBlob {
  readonly type: "file";
  /** Each path of its layer that has this content. */
  readonly titles: readonly BundlePath[];
}
export interface PackBlob {
  readonly type: "pack";
  /** Set when the pack is exact: sha256 of the uncompressed tar. */
  readonly exactTarDigest?: Digest | undefined;
  readonly compressed: boolean;
}
export interface ManifestInput {
  readonly envelope: "native" | "compatible";
  /** As configured; absent: the bundle's own type. */
  readonly artifactType?: MediaType | undefined;
  readonly root: Descriptor;
  readonly tables: readonly { readonly ref: TableRef; readonly layer: LayerName }[];
  readonly blobs: readonly ManifestBlob[];
  readonly contentDigest: Digest;
  readonly parent: Digest | "none";
  readonly tree?: "exact" | undefined;
  /** The user's, with version and creation time where wanted; none of bale's own keys. */
  readonly annotations: Readonly<Record<string, string>>;
}
export interface BuiltManifest {
  readonly bytes: Uint8Array;
  /** As in the manifest: none in the compatible envelope. */
  readonly artifactType: MediaType | undefined;
}

export interface BundleManifest {
  readonly kind: "bundle";
  readonly envelope: "native" | "compatible";
  readonly root: Descriptor;
  /** The root itself in the native envelope. */
  readonly config: Descriptor;
  /** All manifest layers, in the compatible envelope the root among them. */
  readonly layers: readonly Descriptor[];
  readonly contentDigest?: Digest | undefined;
  readonly parent?: Digest | "none" | undefined;
  readonly artifactType?: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly exact: boolean;
}
export interface ForeignManifest {
  readonly kind: "foreign";
  readonly config: Descriptor;
  /** Without untitled layers whose digest is none that bale can check. */
  readonly layers: readonly Descriptor[];
  readonly artifactType?: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}
export interface ManifestOfPlatform extends Descriptor {
  /** `os/architecture`, with `/variant` where there is one. */
  readonly platform?: string | undefined;
}
export interface ImageIndex {
  readonly kind: "index";
  readonly manifests: readonly ManifestOfPlatform[];
}
export type ParsedManifest = BundleManifest | ForeignManifest | ImageIndex;
