import type { BlobDriver } from "./blob-driver.js";
import type { CallOptions } from "./bytes.js";
import type { Descriptor } from "./descriptor.js";
import type { Digest } from "./digest.js";
import type { MediaType } from "./media-type.js";
import type { PingDetails } from "./ping-details.js";
import type { ExamineOptions, RegistryHealth } from "./registry-health.js";
import type { Tag } from "./tag.js";

/** The exact bytes that the registry served or will receive. `digest` is over `bytes`. */
export interface RawManifest {
  readonly mediaType: MediaType;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}
export interface ResolvedTag extends Descriptor {
  /** `registry`: the header or index said so and, where bytes were read, they agree. `computed`: the registry gave none, and bale hashed the bytes. */
  readonly digestFrom: "registry" | "computed";
}
export type TagUpdate =
  | {
      readonly outcome: "moved" | "unchanged";
      readonly previous: Digest | undefined;
      readonly guarantee: "atomic" | "checked";
    }
  | { readonly outcome: "rejected"; readonly actual: Digest | undefined };

export interface RemoteLimits {
  /** Largest manifest in bytes. */
  readonly manifestBytes: number;
  /** Most manifest layers. */
  readonly manifestLayers: number;
  /** Envelope that this registry is known to need, if any. */
  readonly envelope?: "native" | "compatible" | undefined;
}
export interface PingResult {
  readonly reachable: boolean;
  readonly authenticated: boolean;
  /** Where there is more to say: for registries that are asked over a network. */
  readonly details?: PingDetails | undefined;
}

/** What a command asks of one registry. */
export interface RequestCost {
  readonly requests: number;
  /** Bytes of the bodies that were sent. */
  readonly sentBytes: number;
}
/** A twin of a repository that reads from it, writes nothing, and counts both. */
export interface RemoteRehearsal {
  readonly repository: RemoteRepository;
  /** So far. What a registry asks for first to know who asks is not in it. */
  readonly cost: () => RequestCost;
}

/** A repository of a registry, or an OCI image layout directory. Only `resolve` touches something mutable; all else takes a digest. */
export interface RemoteRepository extends AsyncDisposable {
  /** `registry.example:5000`, or `oci` for a layout. */
  readonly registry: string;
  /** `acme/models/malaria`, or the layout's directory. */
  readonly repository: string;
  readonly limits: RemoteLimits;
  /** One lookup of a tag. Absence is `undefined`. */
  readonly resolve: (tag: Tag, options?: CallOptions) => Promise<ResolvedTag | undefined>;
  /** The bytes, checked against the digest. @throws BaleError `NOT_FOUND`, `DIGEST_MISMATCH`, `LIMIT` */
  readonly getManifest: (digest: Digest, options?: CallOptions) => Promise<RawManifest>;
  /** Stores the bytes under their digest, no tag moves. `subject` is given when the manifest has one, to keep the referrers fallback. */
  readonly putManifest: (
    manifest: RawManifest,
    options?: CallOptions & { readonly subject?: Descriptor | undefined },
  ) => Promise<Descriptor>;
  /** Resolve, compare, write, read back. Never moves a tag that is not at `expect`. The manifest must have been put before. */
  readonly moveTag: (
    tag: Tag,
    to: RawManifest,
    options: CallOptions & { readonly expect: Digest | "absent" | "anything" },
  ) => Promise<TagUpdate>;
  /** Removes the name only; the manifest stays. @throws BaleError `CAPABILITY_MISSING`, `NOT_FOUND` */
  readonly deleteTag: (tag: Tag, options?: CallOptions) => Promise<void>;
  /** Referrers fallback tags are left out. A repository that is not there has no tags, unless `unknown` asks for a `NOT_FOUND`: it may only be hidden. */
  readonly listTags: (
    options?: CallOptions & {
      readonly after?: Tag | undefined;
      readonly unknown?: "empty" | "throw" | undefined;
    },
  ) => AsyncIterable<Tag>;
  readonly listReferrers: (
    digest: Digest,
    options?: CallOptions & { readonly artifactType?: MediaType | undefined },
  ) => AsyncIterable<Descriptor>;
  readonly ping: (options?: CallOptions) => Promise<PingResult>;
  /**
   * Names of all repositories of the registry that this one is in, each once. Absent where there is no registry around it, as with layouts.
   * @throws BaleError `CAPABILITY_MISSING` for registries that list none
   */
  readonly listRepositories?: ((options?: CallOptions) => AsyncIterable<string>) | undefined;
  /**
   * Tries out what the registry can do, with a scratch tag that is removed again. Absent where there is nothing to find out, as with layouts.
   * @throws BaleError `CONNECT_FAILED`, `TLS`, `TIMEOUT`, `AUTH_FAILED`, `DENIED`, `RATE_LIMITED` where nothing could be found out at all
   */
  readonly examine?: ((options?: ExamineOptions) => Promise<RegistryHealth>) | undefined;
  /** For plans: what a push would cost, found by doing it without its writes. */
  readonly rehearse?: (() => RemoteRehearsal) | undefined;
  /** The repository's own blobs are an ordinary driver: hybrid storage needs no special case. */
  readonly blobs: BlobDriver;
}
