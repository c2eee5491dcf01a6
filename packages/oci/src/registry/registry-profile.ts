import { type KnownRegistry, knownProfile } from "./known-registries.js";

const MiB = 1024 * 1024;

/** What is known of a registry's habits. Sizes are bytes. Every member is obeyed by transfers; what nobody acts upon is a finding and no member. */
export interface RegistryProfile {
  /** Whether blobs above `chunkThreshold` may be sent in chunks. Where chunks turn out not to work, one PUT is tried. */
  readonly chunked: boolean;
  readonly chunkThreshold: number;
  /** Wanted size of a chunk; `OCI-Chunk-Min-Length` and `OCI-Chunk-Max-Length` of the registry come first. */
  readonly chunkSize: number;
  /** Blobs up to this size are sent with the one POST `?digest=`; 0: never. */
  readonly postUpTo: number;
  /** Whether the stored size is asked for after every upload; after chunks it always is. */
  readonly checkSize: boolean;
  /** Whether the registry refuses bytes that do not have the digest; where it does not, they are hashed while they are sent. */
  readonly verifiesDigest: boolean;
  /** Whether ranged reads give the range; where they do not, blobs are read whole and cut. */
  readonly ranges: boolean;
  /** Whether `Docker-Content-Digest` is believed; where it is not, the bytes are hashed. */
  readonly statesDigest: boolean;
  /** Whether an upload session tells how far it is; where it does not, a broken upload begins anew at once. */
  readonly sessionStatus: boolean;
  /** Whether blobs are taken over from other repositories; where not, no mount is tried. */
  readonly mount: boolean;
  /** `tag`: the referrers API is not asked, since it fails in a way that cannot be told from a broken server. */
  readonly referrers: "api" | "tag";
  readonly maxBlobSize?: number | undefined;
  /** Largest body of one request; larger blobs go in chunks. */
  readonly maxRequestBytes?: number | undefined;
  /** Largest manifest that is taken. */
  readonly manifestBytes?: number | undefined;
  /** Most uploads at once. */
  readonly concurrency?: number | undefined;
  /** Most manifest layers. */
  readonly manifestLayers?: number | undefined;
  readonly envelope?: "native" | "compatible" | undefined;
}

const GENERAL: RegistryProfile = {
  chunked: true,
  chunkThreshold: 64 * MiB,
  chunkSize: 64 * MiB,
  postUpTo: 0,
  checkSize: false,
  verifiesDigest: true,
  ranges: true,
  statesDigest: true,
  sessionStatus: true,
  mount: true,
  referrers: "api",
};

/** The built-in profile of a registry host (a port is ignored); general habits for hosts that are not known. */
export function registryProfile(registry: string): RegistryProfile {
  const known: KnownRegistry | undefined = knownProfile(registry);
  return { ...GENERAL, ...known?.profile };
}
