import type { ArchivedBlob, ArchivedManifest } from "@bale/archive";
import { type ParsedManifest, parseManifest } from "@bale/core";
import { BaleError, type ByteStream, type Digest, type RawManifest, type RemoteRepository } from "@bale/spec";
import { type BlobStore, createBlobStore, nodeHasher } from "@bale/storage";

interface Call {
  readonly signal?: AbortSignal | undefined;
}
export type BlobsByDigest = Map<Digest, ArchivedBlob>;

// An index may name indexes; four levels is more than any tool makes, and a cycle cannot be built from digests.
const INDEX_DEPTH = 4;
const MAX_MANIFESTS = 1_000;

interface Sized {
  readonly digest: Digest;
  readonly size: number;
}

export function blobFrom(store: BlobStore, { digest, size }: Sized, { signal }: Call): ArchivedBlob {
  return { digest, size, open: () => store.get({ digest, size }, { signal }) };
}

/** A blob of the first store that has it. */
function blobFromAny(
  stores: readonly [BlobStore, ...BlobStore[]],
  { digest, size }: Sized,
  call: Call,
): ArchivedBlob {
  const [first, ...others] = stores;
  if (others.length === 0) return blobFrom(first, { digest, size }, call);
  const open = async function* (): ByteStream {
    for (const store of stores.slice(0, -1)) {
      if (!(await store.has({ digest, size }, call))) continue;
      yield* blobFrom(store, { digest, size }, call).open();
      return;
    }
    yield* blobFrom(others.at(-1) ?? first, { digest, size }, call).open();
  };
  return { digest, size, open };
}

function manifestBlob({ digest, bytes }: RawManifest): ArchivedBlob {
  const open = async function* (): ByteStream {
    yield bytes;
  };
  return { digest, size: bytes.length, open };
}

/** A blob that cannot be checked is left out by readers of manifests; an archive without it would not be what it says. */
function refuseUncheckable(raw: RawManifest, parsed: ParsedManifest): void {
  const json = JSON.parse(new TextDecoder().decode(raw.bytes)) as Record<string, unknown>;
  const [named, read] =
    parsed.kind === "index" ? [json["manifests"], parsed.manifests] : [json["layers"], parsed.layers];
  if (!Array.isArray(named) || named.length === read.length) return;
  throw new BaleError({
    code: "MANIFEST_UNSUPPORTED",
    message: `the manifest ${raw.digest} cannot be exported`,
    why: "it names blobs by digests other than sha256, which cannot be checked",
  });
}

/**
 * A manifest and everything that it names, children of an index included. Nothing but manifests is read. `others`: where blobs may be that the
 * repository lacks.
 * @throws BaleError `LIMIT`, `NOT_FOUND`, `MANIFEST_UNSUPPORTED`
 */
export async function collectManifest(
  repository: RemoteRepository,
  others: readonly RemoteRepository[],
  digest: Digest,
  blobs: BlobsByDigest,
  call: Call,
): Promise<Omit<ArchivedManifest, "name">> {
  const storeOf = ({ blobs: driver }: RemoteRepository): BlobStore =>
    createBlobStore(driver, { hasher: nodeHasher });
  const stores = [storeOf(repository), ...others.map(storeOf)] as const;
  let count = 0;
  const visit = async (at: Digest, depth: number): Promise<RawManifest> => {
    if (depth > INDEX_DEPTH || ++count > MAX_MANIFESTS)
      throw new BaleError({
        code: "LIMIT",
        message: "the image index is nested too deeply or too large",
        why: `at most ${INDEX_DEPTH} levels and ${MAX_MANIFESTS} manifests are exported`,
      });
    const raw = await repository.getManifest(at, call);
    blobs.set(raw.digest, manifestBlob(raw));
    const parsed = parseManifest(raw);
    refuseUncheckable(raw, parsed);
    if (parsed.kind === "index") for (const child of parsed.manifests) await visit(child.digest, depth + 1);
    else
      for (const blob of [parsed.config, ...parsed.layers])
        if (!blobs.has(blob.digest)) blobs.set(blob.digest, blobFromAny(stores, blob, call));
    return raw;
  };
  const { mediaType, bytes } = await visit(digest, 0);
  return { mediaType, digest, size: bytes.length };
}
