import type { RegistryProfile } from "./registry-profile.js";

const MB = 1_000_000;
const MiB = 1024 * 1024;
const GiB = 1024 * MiB;

/** A hosted registry, and how its habits differ from the general ones. */
export interface KnownRegistry {
  readonly name: string;
  readonly host: RegExp;
  readonly profile: Partial<RegistryProfile>;
}

// Limits are from the providers' own pages, habits from reports about their registries; each entry names both. `bale registry doctor` measures
// what a page cannot tell, and what it finds comes first.
const KNOWN: readonly KnownRegistry[] = [
  {
    // docs.github.com, "Working with the Container registry": 10 GB a layer, ten minutes an upload. A PATCH above 4 MiB with a length is 416
    // (kitops, upload-format.go; rust-oci-client#35). 50 to 60 uploads at once met a secondary limit, a 403 (authd#1765).
    name: "GitHub",
    host: /^ghcr\.io$/,
    profile: { chunked: false, maxBlobSize: 10_000 * MB, concurrency: 8 },
  },
  {
    // docs.aws.amazon.com, "Amazon ECR service quotas": 52,000 MiB a layer, parts of 5 to 10 MiB, 127 layers. Chunks are accepted, but closing
    // after them was seen to fail (kitops#821); PATCH answers 201 (regclient, blob.go). Referrers are 405 (containers-roadmap#2783), which
    // is read as absence anyway.
    name: "Amazon ECR",
    host: /^[0-9]+\.dkr[.-]ecr(?:-fips)?\.[a-z0-9.-]+$/,
    profile: { chunked: false, maxBlobSize: 52_000 * MiB, manifestLayers: 127 },
  },
  {
    // The same quotas page: 10,000 MiB a layer in ECR Public.
    name: "Amazon ECR Public",
    host: /^(?:public\.ecr\.aws|ecr-public\.aws\.com)$/,
    profile: { chunked: false, maxBlobSize: 10_000 * MiB, manifestLayers: 127 },
  },
  {
    // No chunked upload (kitops#777, sdk-container-builds#287). Its refusal of a config of zero bytes (oras#184) meets nothing of bale's.
    name: "Google",
    host: /^(?:[a-z0-9-]+-docker\.pkg\.dev|(?:[a-z]+\.)?gcr\.io)$/,
    profile: { chunked: false },
  },
  {
    // learn.microsoft.com, "Container Registry service tiers": 200 GiB a layer, manifests of 4 MiB. PUTs of 9 GB were reset on a slow line
    // (artifacts#55), so larger blobs keep going in chunks.
    name: "Azure",
    host: /\.azurecr\.(?:io|cn|us)$/,
    profile: { maxBlobSize: 200 * GiB, manifestBytes: 4 * MiB },
  },
  {
    // A mount wants a token that may pull from the source too (rust-oci-client#235), which every mount here asks for. No other limit is published.
    name: "Docker Hub",
    host: /^(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)$/,
    profile: {},
  },
  {
    // An allow list of artifact and config types; an image config without artifactType passes (ocx#480, probed; flux2#3724).
    name: "GitLab",
    host: /^registry\.gitlab\.com$/,
    profile: { envelope: "compatible" },
  },
  {
    // quay.io takes 20 GB in one PUT (oras-py#137); other config types than those allowed were refused (oras#738).
    name: "Quay",
    host: /^quay\.io$/,
    profile: { envelope: "compatible", maxBlobSize: 20 * GiB },
  },
  {
    // Layers above 32 GiB failed on its S3 storage before 2.9.2 (harbor#19573). A mount from a project that one cannot read is 401
    // (harbor#17097), which is an answer here. This host is the project's own demonstration.
    name: "Harbor demonstration",
    host: /^demo\.goharbor\.io$/,
    profile: { maxBlobSize: 32 * GiB },
  },
  {
    // A chunked upload of which only the last chunk was kept, answered as a success (wasmCloud#3405).
    name: "JFrog",
    host: /\.jfrog\.io$/,
    profile: { chunked: false, checkSize: true },
  },
  {
    // developers.cloudflare.com, "Containers: image management", and serverless-registry#42: bodies of at most 500 MB, announced by
    // OCI-Chunk-Max-Length; larger blobs have to go in chunks.
    name: "Cloudflare",
    host: /^registry\.cloudflare\.com$/,
    profile: { maxRequestBytes: 500 * MB },
  },
];

/** What is known of a host; its port is ignored. */
export function knownProfile(registry: string): KnownRegistry | undefined {
  const host = registry.replace(/:[0-9]+$/, "").toLowerCase();
  return KNOWN.find((known) => known.host.test(host));
}
