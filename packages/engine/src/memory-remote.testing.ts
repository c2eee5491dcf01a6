import {
  BaleError,
  type BlobDriver,
  type BlobLocator,
  type Digest,
  LIMITS,
  parseTag,
  type RawManifest,
  type RemoteLimits,
  type RemoteRepository,
  type Tag,
} from "@bale/spec";
import { memoryDriver, nodeHasher } from "@bale/storage";

/** What a repository holds; two clients of one content are two clients of one repository. */
export interface MemoryRepository {
  readonly manifests: Map<Digest, RawManifest>;
  readonly tags: Map<Tag, Digest>;
  readonly blobs: Map<BlobLocator, Uint8Array>;
  /** Each call that a registry would see, in order: `read sha256:…`, `stat sha256:…`, `manifest sha256:…`. */
  readonly log: string[];
}
export interface MemoryRemote extends RemoteRepository {
  readonly content: MemoryRepository;
}

export function emptyRepository(): MemoryRepository {
  return { manifests: new Map(), tags: new Map(), blobs: new Map(), log: [] };
}

function loggedBlobs({ blobs, log }: MemoryRepository): BlobDriver {
  const driver = memoryDriver({ blobs, verifiesDigest: true, chunkBytes: 10_000 });
  const named = (locator: BlobLocator): string => locator.replace("memory:", "sha256:");
  return {
    ...driver,
    stat: async (locator, options) => {
      log.push(`stat ${named(locator)}`);
      return driver.stat(locator, options);
    },
    read: (locator, options) => {
      const { start, endExclusive } = options?.range ?? {};
      log.push(`read ${named(locator)}${start === undefined ? "" : ` ${start}-${endExclusive ?? ""}`}`);
      return driver.read(locator, options);
    },
    write: async (locator, source, options) => {
      log.push(`write ${named(locator)}`);
      return driver.write(locator, source, options);
    },
  };
}

/** A repository in memory that behaves like a registry: digests are checked, and a tag moves only from where it is expected. */
export function memoryRemote(
  content: MemoryRepository = emptyRepository(),
  limits: Partial<RemoteLimits> = {},
): MemoryRemote {
  const { manifests, tags, log } = content;
  return {
    content,
    registry: "registry.example",
    repository: "acme/app",
    limits: { manifestBytes: LIMITS.manifestBytes, manifestLayers: LIMITS.manifestLayers, ...limits },
    resolve: async (tag) => {
      const raw = manifests.get(tags.get(tag) as Digest);
      return (
        raw && {
          mediaType: raw.mediaType,
          digest: raw.digest,
          size: raw.bytes.length,
          digestFrom: "registry",
        }
      );
    },
    getManifest: async (digest) => {
      log.push(`manifest ${digest}`);
      const raw = manifests.get(digest);
      if (raw) return raw;
      throw new BaleError({ code: "NOT_FOUND", message: `no manifest ${digest}` });
    },
    putManifest: async (raw) => {
      if (nodeHasher.digest(raw.bytes) !== raw.digest)
        throw new BaleError({ code: "DIGEST_MISMATCH", message: "the manifest has another digest" });
      refuseUnknownBlobs(content, raw);
      manifests.set(raw.digest, raw);
      return { mediaType: raw.mediaType, digest: raw.digest, size: raw.bytes.length };
    },
    moveTag: async (tag, to, { expect }) => {
      const actual = tags.get(tag);
      if (expect !== "anything" && actual !== (expect === "absent" ? undefined : expect))
        return { outcome: "rejected", actual };
      if (!manifests.has(to.digest))
        throw new BaleError({
          code: "NOT_FOUND",
          message: "a tag was moved to a manifest that is not there",
        });
      tags.set(tag, to.digest);
      return {
        outcome: actual === to.digest ? "unchanged" : "moved",
        previous: actual,
        guarantee: "checked",
      };
    },
    deleteTag: async (tag) => {
      tags.delete(tag);
    },
    listTags: async function* () {
      for (const tag of [...tags.keys()].sort()) yield parseTag(tag);
    },
    listReferrers: async function* () {},
    ping: async () => ({ reachable: true, authenticated: true }),
    blobs: loggedBlobs(content),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Registries refuse a manifest that names a blob they lack. */
function refuseUnknownBlobs({ blobs }: MemoryRepository, raw: RawManifest): void {
  const body = JSON.parse(new TextDecoder().decode(raw.bytes)) as {
    readonly config?: { readonly digest: string; readonly size: number };
    readonly layers?: readonly { readonly digest: string; readonly size: number }[];
  };
  for (const blob of [...(body.config ? [body.config] : []), ...(body.layers ?? [])]) {
    const bytes = blobs.get(blob.digest.replace("sha256:", "memory:") as BlobLocator);
    if (bytes?.length !== blob.size)
      throw new BaleError({
        code: "BLOB_MISSING",
        message: `the manifest names a blob that is not here: ${blob.digest}`,
      });
  }
}
