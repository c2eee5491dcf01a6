import { createHttpClient } from "@bale/http";
import type { Digest, HttpClient, MediaType, RemoteRepository } from "@bale/spec";
import { type BlobStore, createBlobStore, nodeHasher } from "@bale/storage";
import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterEach, beforeEach } from "vitest";
import { mirroredRepository } from "../src/mirrors/mirrored-repository.js";
import { createMirrorOpener } from "../src/mirrors/open-mirrors.js";
import { createRegistryRepository } from "../src/registry/registry-repository.js";
import { digestOf } from "./sample-blob.js";

export const NAME = "acme/app";
export const MEDIA_TYPE: MediaType = "application/vnd.oci.image.manifest.v1+json" as MediaType;

/** Made anew for each test of a file that imports this one. */
export let registry: TestRegistry;
export let mirrors: readonly [TestRegistry, TestRegistry];
export let http: HttpClient;
/** What people were told. */
export let notices: string[];
beforeEach(async () => {
  registry = await startTestRegistry();
  mirrors = [await startTestRegistry(), await startTestRegistry()];
  http = createHttpClient({ sleep: async () => {} });
  notices = [];
});
afterEach(async () => {
  await http[Symbol.asyncDispose]();
  for (const each of [registry, ...mirrors]) await each.close();
});

interface Setup {
  readonly prefix?: string;
  readonly tags?: boolean;
  readonly patienceMs?: number;
  readonly hosts?: readonly string[];
}
/** `acme/app` of the registry, read through both mirrors unless other hosts are named. */
export function open({
  prefix,
  tags,
  // Long, so that a busy machine makes nobody look slow.
  patienceMs = 60_000,
  hosts = mirrors.map(({ host }) => host),
}: Setup = {}): RemoteRepository {
  const base = createRegistryRepository({
    registry: registry.host,
    repository: NAME,
    origin: registry.url,
    http,
    pauseMs: 0,
  });
  const places = hosts.map((host) => ({ registry: host, prefix, tags }));
  const opened = createMirrorOpener(undefined).open(NAME, places, {
    http,
    log: (level, message) => {
      if (level === "warn") notices.push(message);
    },
  });
  return mirroredRepository(base, opened, { patienceMs });
}
/** The registry's blobs as everybody reads them: checked, and taken up where a transfer broke. */
export const storeOf = (repository: RemoteRepository): BlobStore =>
  createBlobStore(repository.blobs, { hasher: nodeHasher, retry: { sleep: async () => {} } });

export async function read(
  repository: RemoteRepository,
  blob: { readonly digest: Digest; readonly size: number },
  range?: { readonly start: number; readonly endExclusive: number },
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of storeOf(repository).get(blob, { range })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
/** Puts a blob into registries; what everybody expects of it. */
export function put(
  bytes: Uint8Array,
  ...where: readonly (readonly [TestRegistry, string])[]
): { readonly digest: Digest; readonly size: number } {
  for (const [each, name] of where) each.store.putBlob(name, bytes);
  return { digest: digestOf(bytes), size: bytes.length };
}
/** `METHOD path` of each request. */
export const asked = (each: TestRegistry): string[] =>
  each.log.map(({ method, path }) => `${method} ${path}`);
