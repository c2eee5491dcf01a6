import { parseManifest } from "@bale/core";
import {
  type Bundle,
  type BundlePorts,
  type IndexCache,
  loadManifest,
  openBundle,
  openForeign,
  STAGED_STORE,
  type StagingArea,
} from "@bale/engine";
import {
  BaleError,
  type BlobRef,
  type Digest,
  formatReference,
  type LongCallOptions,
  parseTag,
  type RawManifest,
  type Reference,
  type RemoteRepository,
  type StoreDescription,
  type StoreName,
  type Tag,
} from "@bale/spec";
import { type BlobStore, createBlobStore, createStoreRouter, nodeHasher, nodeInflater } from "@bale/storage";
import { ARCHIVE } from "../archive/archive-repository.js";
import { onlyManifest } from "../archive/only-manifest.js";
import type { ClientContext } from "../client/client-context.js";
import { openStagedStore } from "./staged-store.js";

export const LATEST: Tag = parseTag("latest");

/** A reference after its one lookup: from here on, everything goes by digest. */
export interface RemoteState {
  readonly reference: Reference;
  /** Registry, repository and tag, as the user would write it. */
  readonly name: string;
  readonly repository: RemoteRepository;
  readonly tag: Tag | undefined;
  /** `undefined`: the tag does not exist. */
  readonly digest: Digest | undefined;
}
/** A bundle (or another tool's artifact with an index made for it) and the way to its blobs. */
export interface RemoteTree {
  readonly state: RemoteState & { readonly digest: Digest };
  readonly bundle: Bundle;
  readonly storeOf: (blob: BlobRef) => Promise<BlobStore>;
}
export interface RemotePorts {
  readonly cache: IndexCache;
  readonly staging: StagingArea;
}
interface Call {
  readonly signal?: AbortSignal | undefined;
}

/** `latest` when neither tag nor digest is named. */
export function tagOf(reference: Reference): Tag | undefined {
  if (reference.tag) return reference.tag;
  // An archive without either means the one bundle that it holds.
  return reference.digest || reference.kind === "archive" ? undefined : LATEST;
}

/** The reference with its tag written out and without a digest. */
export function nameOf(reference: Reference): string {
  const tag = tagOf(reference);
  if (reference.kind === "archive") return formatReference(reference);
  return formatReference({
    ...reference,
    digest: tag ? undefined : reference.digest,
    ...(tag ? { tag } : {}),
  });
}

async function onlyInArchive(
  context: ClientContext,
  reference: Reference,
  call: LongCallOptions,
): Promise<Digest | undefined> {
  if (reference.kind !== "archive" || reference.tag) return undefined;
  const { extracted } = await context.openArchive(reference.file, call);
  return onlyManifest(reference.file, extracted.manifests).digest;
}

/**
 * Looks a reference up, once. With both tag and digest the digest rules; a tag that is elsewhere is worth a warning.
 * @throws BaleError `OFFLINE` and what the registry reports
 */
export async function lookUp(
  context: ClientContext,
  reference: Reference,
  call: LongCallOptions = {},
): Promise<RemoteState> {
  const repository = await context.openRemote(reference, call);
  const tag = tagOf(reference);
  const wanted = reference.digest ?? (await onlyInArchive(context, reference, call));
  const resolved = tag ? await repository.resolve(tag, call) : undefined;
  if (wanted !== undefined && tag !== undefined && resolved?.digest !== wanted)
    context.notice(
      `tag ${tag} is ${resolved ? `at ${resolved.digest}` : "absent"}; the digest ${wanted} is used`,
    );
  if (resolved?.digestFrom === "computed")
    context.notice(
      `${nameOf(reference)}: the registry names no digest; it was computed from the manifest's bytes`,
    );
  return { reference, name: nameOf(reference), repository, tag, digest: wanted ?? resolved?.digest };
}

/** @throws BaleError `NOT_FOUND` */
export function requireDigest(state: RemoteState): RemoteState & { readonly digest: Digest } {
  const { digest } = state;
  if (digest !== undefined) return { ...state, digest };
  throw new BaleError({
    code: "NOT_FOUND",
    message: `${state.name} does not exist`,
    why: "the repository has no such tag, or you may not see it",
    fix: `list what there is with \`bale tags ${state.name.replace(/:[^/:]*$/, "")}\``,
    context: { reference: state.name },
  });
}

export interface OpenOptions extends Call {
  /** Picks one manifest of an image index: `linux/amd64`. */
  readonly platform?: string | undefined;
}

async function pickPlatform(
  state: RemoteState & { readonly digest: Digest },
  raw: RawManifest,
  platform: string | undefined,
  ports: RemotePorts,
  call: Call,
): Promise<RawManifest> {
  const parsed = parseManifest(raw);
  if (parsed.kind !== "index") return raw;
  const found =
    platform === undefined ? undefined : parsed.manifests.find((entry) => entry.platform === platform);
  if (found) return loadManifest(state.repository, found.digest, ports.cache, call);
  const platforms = parsed.manifests.map((entry) => entry.platform ?? entry.digest).join(", ");
  throw new BaleError({
    code: "MANIFEST_UNSUPPORTED",
    message: `${state.name} is an index of several manifests`,
    why: `it holds: ${platforms}`,
    fix: "choose one with --platform, or name its digest",
    context: { platforms: parsed.manifests.map((entry) => entry.platform ?? entry.digest) },
  });
}

/**
 * Opens what a looked-up reference stands for.
 * @throws BaleError `NOT_FOUND`, `MANIFEST_UNSUPPORTED`, `MANIFEST_INVALID`, `INDEX_INVALID`, `LIMIT`, `UNSUPPORTED`
 */
export async function openTree(
  context: ClientContext,
  found: RemoteState,
  ports: RemotePorts,
  options: OpenOptions = {},
): Promise<RemoteTree> {
  const state = requireDigest(found);
  const bundlePorts: BundlePorts = { cache: ports.cache, hasher: nodeHasher, inflater: nodeInflater };
  const raw = await pickPlatform(
    state,
    await loadManifest(state.repository, state.digest, ports.cache, options),
    options.platform,
    ports,
    options,
  );
  const parsed = parseManifest(raw);
  const bundle =
    parsed.kind === "bundle"
      ? await openBundle(state.repository, raw, parsed, bundlePorts, options)
      : await openForeignTree(
          context,
          state,
          raw,
          parsed,
          { ...bundlePorts, staging: ports.staging },
          options,
        );
  return { state, bundle, storeOf: routeStores(context, state.repository, bundle, ports.staging) };
}

async function openForeignTree(
  context: ClientContext,
  state: RemoteState,
  raw: RawManifest,
  parsed: ReturnType<typeof parseManifest>,
  ports: BundlePorts & { readonly staging: StagingArea },
  call: Call,
): Promise<Bundle> {
  if (parsed.kind !== "foreign")
    throw new BaleError({
      code: "MANIFEST_UNSUPPORTED",
      message: `${state.name} is an index inside an index`,
      fix: "name the digest of one manifest",
    });
  if (!context.toldForeign.has(raw.digest))
    context.notice(`${state.name} was made by another tool; archives in it are downloaded to be read`);
  context.toldForeign.add(raw.digest);
  return openForeign(state.repository, raw, parsed, ports, call);
}

/** A store that the index describes against its plugin's grammar is the bundle's fault, and no mistake in a configuration file. */
async function openDescribed(
  context: ClientContext,
  name: StoreName,
  description: StoreDescription,
): Promise<BlobStore> {
  try {
    return await context.openStore(name, description);
  } catch (error) {
    if (!BaleError.is(error, "CONFIG_INVALID")) throw error;
    throw new BaleError({
      code: "INDEX_INVALID",
      message: `the index describes the store "${name}" wrongly`,
      why: error.why ?? error.message,
      context: { store: name },
      cause: error,
    });
  }
}

/**
 * Stores by name, opened when a blob first needs one, and only within the user's trust. A layout may hold external blobs beside its own, as a copy
 * or an archive brought them along: there they are looked for first.
 */
function routeStores(
  context: ClientContext,
  repository: RemoteRepository,
  bundle: Bundle,
  staging: StagingArea,
): (blob: BlobRef) => Promise<BlobStore> {
  const own = createBlobStore(repository.blobs, { hasher: nodeHasher });
  const route = createStoreRouter({
    registry: own,
    open: async (name) => {
      if (name === STAGED_STORE) return openStagedStore(staging);
      const description = bundle.root.stores.get(name);
      if (description) return openDescribed(context, name, description);
      throw new BaleError({
        code: "INDEX_INVALID",
        message: `the index names a store that it does not describe: ${name}`,
      });
    },
  });
  if (repository.registry !== "oci" && repository.registry !== ARCHIVE) return route;
  return async (blob) => {
    // A store that the index does not describe is a mistake, wherever the blob lies.
    const isExternal = blob.store !== undefined && bundle.root.stores.has(blob.store);
    return isExternal && (await own.has(blob)) ? own : route(blob);
  };
}
