import {
  BaleError,
  type Descriptor,
  type Digest,
  parseTag,
  type RawManifest,
  type RemoteRepository,
  type Tag,
} from "@bale/spec";
import { memoryDriver, nodeHasher } from "@bale/storage";

/** What a repository holds; two clients of one content are two clients of one repository. */
export interface MemoryContent {
  readonly manifests: Map<Digest, RawManifest>;
  readonly tags: Map<Tag, Digest>;
  readonly driver: ReturnType<typeof memoryDriver>;
}
interface Document {
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly subject?: { readonly digest: Digest };
}

export function memoryContent(): MemoryContent {
  return { manifests: new Map(), tags: new Map(), driver: memoryDriver({ verifiesDigest: true }) };
}

function describe({ mediaType, digest, bytes }: RawManifest): Descriptor {
  return { mediaType, digest, size: bytes.length };
}

function refuse(code: "NOT_FOUND" | "DIGEST_MISMATCH", message: string): never {
  throw new BaleError({ code, message });
}

/** The shortest remote that keeps the contract. */
export function memoryRemote({ manifests, tags, driver }: MemoryContent): RemoteRepository {
  const found = (digest: Digest): RawManifest =>
    manifests.get(digest) ?? refuse("NOT_FOUND", `no manifest ${digest}`);
  return {
    registry: "registry.example",
    repository: "acme/app",
    limits: { manifestBytes: 4 * 1024 * 1024, manifestLayers: 1000 },
    resolve: async (tag) => {
      const digest = tags.get(tag);
      return digest && { ...describe(found(digest)), digestFrom: "registry" };
    },
    getManifest: async (digest) => found(digest),
    putManifest: async (manifest) => {
      if (nodeHasher.digest(manifest.bytes) !== manifest.digest)
        refuse("DIGEST_MISMATCH", "the manifest has another digest");
      manifests.set(manifest.digest, manifest);
      return describe(manifest);
    },
    moveTag: async (tag, to, { expect }) => {
      const actual = tags.get(tag);
      if (expect !== "anything" && actual !== (expect === "absent" ? undefined : expect))
        return { outcome: "rejected", actual };
      tags.set(tag, found(to.digest).digest);
      const outcome = actual === to.digest ? "unchanged" : "moved";
      return { outcome, previous: actual, guarantee: "atomic" };
    },
    deleteTag: async (tag) => {
      if (!tags.delete(tag)) refuse("NOT_FOUND", `no tag ${tag}`);
    },
    listTags: async function* ({ after } = {}) {
      for (const tag of [...tags.keys()].sort()) if (after === undefined || tag > after) yield parseTag(tag);
    },
    listReferrers: async function* (digest, { artifactType } = {}) {
      for (const manifest of manifests.values()) {
        const document = JSON.parse(new TextDecoder().decode(manifest.bytes)) as Document;
        if (document.subject?.digest !== digest) continue;
        if (artifactType !== undefined && document.artifactType !== artifactType) continue;
        const { artifactType: type, annotations } = document;
        yield {
          ...describe(manifest),
          ...(type === undefined ? {} : { artifactType: type as never }),
          ...(annotations ? { annotations } : {}),
        };
      }
    },
    ping: async () => ({ reachable: true, authenticated: true }),
    blobs: {
      ...driver,
      write: async (locator, source, options) => {
        if (options.signal?.aborted) throw new BaleError({ code: "INTERRUPTED", message: "stopped" });
        let failure: unknown;
        const watched = {
          size: source.size,
          open: async function* (call?: Parameters<typeof source.open>[0]) {
            try {
              yield* source.open(call);
            } catch (error) {
              failure = error;
              throw error;
            }
          },
        };
        try {
          return await driver.write(locator, watched, options);
        } catch (error) {
          throw failure ?? new BaleError({ code: "DIGEST_MISMATCH", message: "refused", cause: error });
        }
      },
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
