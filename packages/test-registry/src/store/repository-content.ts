import type { StoredBlob } from "./stored-blob.js";

/** A manifest exactly as it was put. */
export interface StoredManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** What one repository holds. */
export interface RepositoryContent {
  readonly blobs: Map<string, StoredBlob>;
  readonly manifests: Map<string, StoredManifest>;
  readonly tags: Map<string, string>;
}

export function emptyRepository(): RepositoryContent {
  return { blobs: new Map(), manifests: new Map(), tags: new Map() };
}
