const MiB = 1024 * 1024;
const GiB = 1024 * MiB;

/** What is known of a registry's habits. Sizes are bytes. */
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
  readonly maxBlobSize?: number | undefined;
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
};

interface KnownRegistry {
  readonly host: RegExp;
  readonly profile: Partial<RegistryProfile>;
}

const KNOWN: readonly KnownRegistry[] = [
  // 10 GB a layer; a PATCH above 4 MiB with a length is answered 416; about 50 uploads at once met a secondary limit.
  { host: /^ghcr\.io$/, profile: { chunked: false, maxBlobSize: 10_000_000_000, concurrency: 8 } },
  // Chunks are accepted, but closing after them was seen to fail. Quotas: 52,000 MiB and 127 layers.
  {
    host: /^[0-9]+\.dkr[.-]ecr(?:-fips)?\.[a-z0-9.-]+$/,
    profile: { chunked: false, maxBlobSize: 52_000 * MiB, manifestLayers: 127 },
  },
  {
    host: /^(?:public\.ecr\.aws|ecr-public\.aws\.com)$/,
    profile: { chunked: false, maxBlobSize: 10_000 * MiB, manifestLayers: 127 },
  },
  // Google has no chunked upload.
  { host: /^(?:[a-z0-9-]+-docker\.pkg\.dev|(?:[a-z]+\.)?gcr\.io)$/, profile: { chunked: false } },
  // An allow list of config types; an image config without artifactType passes.
  { host: /^registry\.gitlab\.com$/, profile: { envelope: "compatible" } },
  { host: /^quay\.io$/, profile: { envelope: "compatible", maxBlobSize: 20 * GiB } },
  // One report of a chunked upload of which only the last chunk was kept, answered as a success.
  { host: /\.jfrog\.io$/, profile: { chunked: false, checkSize: true } },
  { host: /\.azurecr\.io$/, profile: { maxBlobSize: 200 * GiB } },
];

/** The built-in profile of a registry host (a port is ignored); general habits for hosts that are not known. */
export function registryProfile(registry: string): RegistryProfile {
  const host = registry.replace(/:[0-9]+$/, "").toLowerCase();
  return { ...GENERAL, ...KNOWN.find((known) => known.host.test(host))?.profile };
}
