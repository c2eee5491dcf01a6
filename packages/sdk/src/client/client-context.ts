import type { IndexCache } from "@bale/engine";
import { createPluginHost, type PluginHost } from "@bale/plugin-host";
import {
  BaleError,
  type Digest,
  type LongCallOptions,
  parseReference,
  type Reference,
  type RemoteRepository,
  type StoreDescription,
  type StoreName,
  type StoreTrust,
} from "@bale/spec";
import { type BlobStore, createBlobStore, nodeHasher } from "@bale/storage";
import { type ArchiveRepository, openArchiveRepository } from "../archive/archive-repository.js";
import { archiveFile } from "../archive/archive-source.js";
import type { ClientOptions } from "./client-options.js";

/** What the commands of one client share: its plugins, its open repositories, its settings. */
export interface ClientContext extends AsyncDisposable {
  readonly options: ClientOptions;
  readonly host: PluginHost;
  readonly notice: (text: string) => void;
  /** Other tools' manifests that a notice told of; one command may open the same several times. */
  readonly toldForeign: Set<Digest>;
  /** @throws BaleError `REFERENCE_INVALID` */
  readonly parse: (text: string) => Reference;
  /** One repository object for each registry and repository. @throws BaleError `OFFLINE`, `UNSUPPORTED` */
  readonly openRemote: (reference: Reference, call?: LongCallOptions) => Promise<RemoteRepository>;
  /** An archive, read to its end and checked; what is unpacked of it goes with the client. @throws BaleError `NOT_FOUND`, `ARCHIVE_INVALID` and others */
  readonly openArchive: (file: string, call?: LongCallOptions) => Promise<ArchiveRepository>;
  /** What a store is called among the trusted ones, and whether it is one of them. @throws BaleError `CONFIG_INVALID`, `UNSUPPORTED` */
  readonly storeTrust: (description: StoreDescription) => Promise<StoreTrust & { readonly trusted: boolean }>;
  /** A store that an index or `bale.yaml` names, once the user's trust allows it. @throws BaleError `STORE_UNTRUSTED`, `CONFIG_INVALID`, `UNSUPPORTED` */
  readonly openStore: (name: StoreName, description: StoreDescription) => Promise<BlobStore>;
}

export function createClientContext(options: ClientOptions): ClientContext {
  const host = createPluginHost({
    env: options.env ?? {},
    http: options.http,
    ...(options.credentials ? { credentials: options.credentials } : {}),
    log: options.log ?? (() => {}),
    absent: options.absentPlugin,
  });
  for (const plugin of options.plugins) host.use(plugin);
  const remotes = new Map<string, Promise<RemoteRepository>>();
  const archives = new Map<string, Promise<ArchiveRepository>>();
  const stores = new Map<string, Promise<BlobStore>>();

  async function openArchive(file: string, call: LongCallOptions): Promise<ArchiveRepository> {
    const source = await archiveFile(file);
    // A file that was replaced since is another archive.
    const key = `${file}\0${source.state}`;
    const known = archives.get(key);
    if (known) return known;
    const opening = openArchiveRepository(host, source, call);
    archives.set(key, opening);
    opening.catch(() => archives.delete(key));
    return opening;
  }

  function openRemote(reference: Reference, call: LongCallOptions = {}): Promise<RemoteRepository> {
    if (reference.kind === "archive") return openArchive(reference.file, call);
    if (reference.kind === "registry" && options.offline)
      return Promise.reject(
        new BaleError({
          code: "OFFLINE",
          message: `${reference.registry} is not asked`,
          why: "--offline forbids it",
          fix: "run the command without --offline",
        }),
      );
    const location =
      reference.kind === "layout"
        ? { scheme: "oci", registry: "oci", repository: reference.directory }
        : { scheme: "registry", registry: reference.registry, repository: reference.repository };
    const key = JSON.stringify(location);
    const known = remotes.get(key);
    if (known) return known;
    const opening = host.openRemote(location);
    remotes.set(key, opening);
    // A failed opening is not remembered: the next command may succeed.
    opening.catch(() => remotes.delete(key));
    return opening;
  }

  async function storeTrust(
    description: StoreDescription,
  ): Promise<StoreTrust & { readonly trusted: boolean }> {
    const trust = await host.trustOf(description);
    const named = options.user?.trustedStores?.includes(trust.line) ?? false;
    return { ...trust, trusted: named || (trust.kind === "public" && options.user?.stores !== "strict") };
  }

  async function checkTrust(name: StoreName, description: StoreDescription): Promise<void> {
    const trust = await storeTrust(description);
    if (trust.trusted) return;
    throw new BaleError({
      code: "STORE_UNTRUSTED",
      message: `the store "${name}" is not trusted: ${trust.line}`,
      why:
        trust.kind === "public"
          ? "stores: strict asks for consent to every store"
          : "a bundle may lead only to the providers' public endpoints unless you say otherwise",
      fix: `if you know this place, add this line to trustedStores in your configuration: ${trust.line}`,
      context: { store: name, line: trust.line },
    });
  }

  async function openStore(name: StoreName, description: StoreDescription): Promise<BlobStore> {
    await checkTrust(name, description);
    const key = JSON.stringify(Object.entries(description).sort());
    const known = stores.get(key);
    if (known) return known;
    const opening = host
      .openStore(description)
      .then((driver) => createBlobStore(driver, { hasher: nodeHasher, name }));
    stores.set(key, opening);
    opening.catch(() => stores.delete(key));
    return opening;
  }

  return {
    options,
    host,
    notice: options.onNotice ?? (() => {}),
    toldForeign: new Set(),
    parse: (text) => parseReference(text, { defaultRegistry: options.user?.defaultRegistry }),
    openRemote,
    openArchive: (file, call = {}) => openArchive(file, call),
    storeTrust,
    openStore,
    [Symbol.asyncDispose]: async () => {
      for (const opened of [...remotes.values(), ...archives.values(), ...stores.values()]) {
        const disposable = await opened.catch(() => undefined);
        await disposable?.[Symbol.asyncDispose]();
      }
      await host[Symbol.asyncDispose]();
    },
  };
}

// A client may live as long as a server does, and look at any number of bundles.
const MEMORY_CACHE_BYTES = 64 * 1024 * 1024;

/** A cache that keeps nothing on disk, for commands outside a workspace; past 64 MiB the oldest objects go. */
export function memoryIndexCache(): IndexCache {
  const objects = new Map<Digest, Uint8Array>();
  let size = 0;
  return {
    get: async (digest) => objects.get(digest),
    put: async (digest, bytes) => {
      if (objects.has(digest)) return;
      objects.set(digest, bytes);
      size += bytes.length;
      for (const [oldest, dropped] of objects) {
        if (size <= MEMORY_CACHE_BYTES || oldest === digest) break;
        objects.delete(oldest);
        size -= dropped.length;
      }
    },
  };
}
