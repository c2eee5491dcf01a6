import { digestOf } from "../digest.js";
import { emptyRepository, type RepositoryContent, type StoredManifest } from "./repository-content.js";
import { blobBytes, memoryBlob, type StoredBlob } from "./stored-blob.js";
import type { UploadSession, UploadSessions } from "./upload-session.js";

/**
 * What the registry holds, open to a test: everything may be read, put, replaced, deleted and spoilt, past all checks.
 * Writing to a repository creates it. Reading what is absent gives undefined or an empty list.
 */
export interface RegistryStore {
  /** Names, sorted. */
  repositories(): readonly string[];
  createRepository(name: string): void;
  deleteRepository(name: string): boolean;

  /** Digests in the order of their arrival. */
  blobs(repository: string): readonly string[];
  blob(repository: string, digest: string): StoredBlob | undefined;
  readBlob(repository: string, digest: string): Promise<Buffer | undefined>;
  /** Stores bytes and gives their sha256 digest. */
  putBlob(repository: string, bytes: Uint8Array): string;
  /** Puts other bytes under a digest, whether or not they fit it. */
  replaceBlob(repository: string, digest: string, content: Uint8Array | StoredBlob): void;
  /** Turns the lowest bit of one byte. Throws RangeError when there is no such blob or byte. */
  corruptBlob(repository: string, digest: string, offset?: number): Promise<void>;
  deleteBlob(repository: string, digest: string): boolean;

  /** In the order of their arrival. */
  manifests(repository: string): readonly StoredManifest[];
  /** By digest or by tag. */
  manifest(repository: string, reference: string): StoredManifest | undefined;
  /** Stores bytes as a manifest, optionally tagged, and gives the digest. `digest` overrides the right one. */
  putManifest(repository: string, bytes: Uint8Array, options: PutManifestOptions): string;
  /** By digest; tags that point there go as well. */
  deleteManifest(repository: string, digest: string): boolean;

  /** Tag names in the order of their first use. */
  tags(repository: string): readonly string[];
  resolveTag(repository: string, tag: string): string | undefined;
  setTag(repository: string, tag: string, digest: string): void;
  deleteTag(repository: string, tag: string): boolean;

  /** Upload sessions that have begun and not ended, with the bytes that each has. */
  uploads(): readonly { readonly id: string; readonly repository: string; readonly size: number }[];
  /** Forgets all upload sessions, as a purge does. */
  dropUploads(): Promise<void>;
}

export interface PutManifestOptions {
  readonly mediaType: string;
  readonly tag?: string;
  readonly digest?: string;
}

export function createRegistryStore(sessions: UploadSessions): RegistryStore {
  const repositories = new Map<string, RepositoryContent>();
  const writable = (name: string): RepositoryContent => {
    const found = repositories.get(name) ?? emptyRepository();
    repositories.set(name, found);
    return found;
  };
  const blob = (repository: string, digest: string): StoredBlob | undefined =>
    repositories.get(repository)?.blobs.get(digest);

  const store: RegistryStore = {
    repositories: () => [...repositories.keys()].sort(),
    createRepository: (name) => void writable(name),
    deleteRepository: (name) => repositories.delete(name),

    blobs: (repository) => [...(repositories.get(repository)?.blobs.keys() ?? [])],
    blob,
    async readBlob(repository, digest) {
      const found = blob(repository, digest);
      return found === undefined ? undefined : await blobBytes(found);
    },
    putBlob(repository, bytes) {
      const digest = digestOf(bytes);
      writable(repository).blobs.set(digest, memoryBlob([bytes]));
      return digest;
    },
    replaceBlob(repository, digest, content) {
      const stored = content instanceof Uint8Array ? memoryBlob([content]) : content;
      writable(repository).blobs.set(digest, stored);
    },
    async corruptBlob(repository, digest, offset = 0) {
      const bytes = Buffer.from((await store.readBlob(repository, digest)) ?? []);
      const old = bytes[offset];
      if (old === undefined) throw new RangeError(`blob ${digest} of ${repository} has no byte ${offset}`);
      bytes[offset] = old ^ 1;
      store.replaceBlob(repository, digest, bytes);
    },
    deleteBlob: (repository, digest) => repositories.get(repository)?.blobs.delete(digest) ?? false,

    manifests: (repository) => [...(repositories.get(repository)?.manifests.values() ?? [])],
    manifest(repository, reference) {
      const content = repositories.get(repository);
      return content?.manifests.get(content.tags.get(reference) ?? reference);
    },
    putManifest(repository, bytes, options) {
      const digest = options.digest ?? digestOf(bytes);
      const content = writable(repository);
      content.manifests.set(digest, { digest, mediaType: options.mediaType, bytes: Buffer.from(bytes) });
      if (options.tag !== undefined) content.tags.set(options.tag, digest);
      return digest;
    },
    deleteManifest(repository, digest) {
      const content = repositories.get(repository);
      if (content === undefined) return false;
      for (const [tag, target] of content.tags) if (target === digest) content.tags.delete(tag);
      return content.manifests.delete(digest);
    },

    tags: (repository) => [...(repositories.get(repository)?.tags.keys() ?? [])],
    resolveTag: (repository, tag) => repositories.get(repository)?.tags.get(tag),
    setTag: (repository, tag, digest) => void writable(repository).tags.set(tag, digest),
    deleteTag: (repository, tag) => repositories.get(repository)?.tags.delete(tag) ?? false,

    uploads: () => sessions.all().map(describeUpload),
    async dropUploads() {
      await Promise.all(sessions.all().map((session) => sessions.drop(session, "discarded")));
    },
  };
  return store;
}

function describeUpload(session: UploadSession): { id: string; repository: string; size: number } {
  return { id: session.id, repository: session.repository, size: session.sink.size() };
}
