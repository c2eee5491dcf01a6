import { digestOf } from "./digest.js";
import type { TestRegistry } from "./test-registry.js";

export const repository = "acme/app";
export const manifestType = "application/vnd.oci.image.manifest.v1+json";
export const indexType = "application/vnd.oci.image.index.v1+json";
export const emptyConfig: Buffer = Buffer.from("{}");

/** fetch below `/v2/`, redirects shown and not followed. */
export function call(registry: TestRegistry, path: string, init: RequestInit = {}): Promise<Response> {
  const url = path.startsWith("http") ? path : `${registry.url}${path}`;
  return fetch(url, { redirect: "manual", ...init });
}

export function blobPath(digest: string, name: string = repository): string {
  return `/v2/${name}/blobs/${digest}`;
}

export function manifestPath(reference: string, name: string = repository): string {
  return `/v2/${name}/manifests/${reference}`;
}

/** Opens an upload and gives its address with the query `key=value` added. */
export async function openUpload(registry: TestRegistry, name: string = repository): Promise<URL> {
  const response = await call(registry, `/v2/${name}/blobs/uploads/`, { method: "POST" });
  return locationOf(registry, response);
}

export function locationOf(registry: TestRegistry, response: Response): URL {
  return new URL(response.headers.get("location") ?? "missing:", registry.url);
}

export function patch(
  registry: TestRegistry,
  url: URL,
  bytes: Uint8Array,
  range?: string,
): Promise<Response> {
  const headers = range === undefined ? undefined : { "content-range": range };
  return call(registry, url.href, { method: "PATCH", body: bytes, ...(headers && { headers }) });
}

export function closeUpload(
  registry: TestRegistry,
  url: URL,
  digest: string,
  body?: Uint8Array,
): Promise<Response> {
  const closing = new URL(url);
  closing.searchParams.set("digest", digest);
  return call(registry, closing.href, { method: "PUT", ...(body && { body }) });
}

export async function pushBlob(registry: TestRegistry, bytes: Uint8Array): Promise<Response> {
  return closeUpload(registry, await openUpload(registry), digestOf(bytes), bytes);
}

export interface ManifestFields {
  readonly [field: string]: unknown;
}

/** An image manifest over the blob `{}`, which is put into the store as well. */
export function manifestBytes(registry: TestRegistry, fields: ManifestFields = {}): Buffer {
  const digest = registry.store.putBlob(repository, emptyConfig);
  const empty = { mediaType: "application/vnd.oci.empty.v1+json", digest, size: emptyConfig.length };
  return Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config: empty, layers: [empty], ...fields }),
  );
}

export function putManifest(
  registry: TestRegistry,
  reference: string,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const type = { "content-type": manifestType };
  return call(registry, manifestPath(reference), {
    method: "PUT",
    body: bytes,
    headers: { ...type, ...headers },
  });
}

export async function errorCode(response: Response): Promise<string | undefined> {
  const body = (await response.json()) as { errors: { code: string }[] };
  return body.errors[0]?.code;
}

export async function bodyOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}
