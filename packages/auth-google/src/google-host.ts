// A multi-region or a region, as in `us-docker.pkg.dev` and `europe-west1-docker.pkg.dev`.
const ARTIFACT_REGISTRY = /^(?:us|europe|asia|[a-z]{2,20}-[a-z]{2,20}\d{1,2})-docker\.pkg\.dev$/;
const CONTAINER_REGISTRY = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)?gcr\.io$/;
const STORAGE = /^storage(?:-[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.p)?\.googleapis\.com$/;

/** Whether a host, in lower case and without a port, is a registry of Google's: Artifact Registry, or its older names. Pure. */
export function isGoogleRegistry(host: string): boolean {
  return ARTIFACT_REGISTRY.test(host) || CONTAINER_REGISTRY.test(host);
}

/** Whether a host, in lower case and without a port, is Google's own for Cloud Storage, or one of its private addresses. Pure. */
export function isGoogleStorage(host: string): boolean {
  return STORAGE.test(host);
}
