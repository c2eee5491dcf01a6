import {
  BaleError,
  type BlobContribution,
  type BlobDriver,
  type CredentialContribution,
  type CredentialProvider,
  type HttpClient,
  type PluginContext,
  type RemoteContribution,
  type RemoteLocation,
  type RemoteRepository,
  type StoreDescription,
  type StoreTrust,
} from "@bale/spec";
import { type ContributionIndex, createContributionIndex, type Owned } from "./contribution-index.js";
import { formatIssues, invalidPlugin, pluginFailed } from "./plugin-errors.js";
import { originsOf, scopedCredentials } from "./scoped-credentials.js";
import { isPlugin, pluginIssues } from "./validate-plugin.js";

export interface PluginHostOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly http: HttpClient;
  readonly credentials?: CredentialProvider | undefined;
  readonly log: PluginContext["log"];
}
export interface PluginInfo {
  readonly name: string;
  readonly stores: readonly string[];
  readonly remotes: readonly string[];
  readonly credentials: readonly string[];
}
/** Plugins of one client. Nothing of a plugin runs before something it contributes is needed. */
export interface PluginHost extends AsyncDisposable {
  /** @throws BaleError `PLUGIN_INVALID`, also when two plugins claim one scheme or id: both are named */
  readonly use: (plugin: unknown) => void;
  readonly plugins: () => readonly PluginInfo[];
  /** @throws BaleError `UNSUPPORTED` without a plugin for the scheme, `PLUGIN_FAILED` */
  readonly openRemote: (location: RemoteLocation) => Promise<RemoteRepository>;
  /** Grammar first, trust next; no driver is opened. @throws BaleError `CONFIG_INVALID`, `UNSUPPORTED` */
  readonly trustOf: (description: StoreDescription) => StoreTrust;
  /** Members that go into the root of a bundle. @throws BaleError `CONFIG_INVALID`, `UNSUPPORTED` */
  readonly describeStore: (description: StoreDescription) => StoreDescription;
  readonly openStore: (description: StoreDescription) => Promise<BlobDriver>;
  /** Leaves the marker by which garbage collection knows who uses a store; nothing where the store needs none. */
  readonly markUser: (description: StoreDescription, driver: BlobDriver, user: string) => Promise<void>;
  /** @throws BaleError `UNSUPPORTED` without a plugin of that id */
  readonly openCredentials: (id: string, config: unknown) => Promise<CredentialProvider>;
}

const NOBODY: CredentialProvider = { id: "none", resolve: async () => undefined };

export function createPluginHost(options: PluginHostOptions): PluginHost {
  const plugins: PluginInfo[] = [];
  const stores = createContributionIndex<BlobContribution>("store type", ({ scheme }) => scheme);
  const remotes = createContributionIndex<RemoteContribution>("remote scheme", ({ scheme }) => scheme);
  const credentials = createContributionIndex<CredentialContribution>("credential source", ({ id }) => id);

  function contextFor(config: unknown): PluginContext {
    return {
      env: options.env,
      http: options.http,
      log: options.log,
      credentials: scopedCredentials(options.credentials ?? NOBODY, originsOf(config)),
    };
  }

  function ownerOf<Contribution>(
    index: ContributionIndex<Contribution>,
    key: string,
    message: string,
  ): Owned<Contribution> {
    const owned = index.get(key);
    if (owned) return owned;
    throw new BaleError({
      code: "UNSUPPORTED",
      message,
      why: `there are: ${index.keys().join(", ") || "none"}`,
      fix: "install the plugin for it and name it under plugins in your configuration",
      context: { wanted: key },
    });
  }

  function parsedConfig(
    owned: Owned<Pick<BlobContribution, "config">>,
    input: unknown,
    what: string,
  ): unknown {
    const { plugin, contribution } = owned;
    const parsed = guarded(plugin, `checking ${what}`, () => contribution.config.parse(input));
    if (parsed.ok) return parsed.value;
    throw new BaleError({
      code: "CONFIG_INVALID",
      message: `${what} is described wrongly`,
      why: formatIssues(parsed.error),
      context: { plugin },
    });
  }

  function storeOf(
    description: StoreDescription,
  ): Owned<BlobContribution> & { readonly what: string; readonly config: unknown } {
    const { type } = description;
    const what = `a store of type "${type}"`;
    const owned = ownerOf(stores, type, `no plugin knows stores of type "${type}"`);
    return { ...owned, what, config: parsedConfig(owned, description, what) };
  }

  return {
    use: (plugin) => {
      if (!isPlugin(plugin)) throw invalidPlugin(nameOf(plugin), pluginIssues(plugin));
      const { name, blobs = [], remotes: opened = [], credentials: sources = [] } = plugin;
      stores.check(name, blobs);
      remotes.check(name, opened);
      credentials.check(name, sources);
      stores.add(name, blobs);
      remotes.add(name, opened);
      credentials.add(name, sources);
      plugins.push({
        name,
        stores: blobs.map(({ scheme }) => scheme),
        remotes: opened.map(({ scheme }) => scheme),
        credentials: sources.map(({ id }) => id),
      });
    },
    plugins: () => [...plugins],
    openRemote: async (location) => {
      const { scheme, registry, repository } = location;
      const { plugin, contribution } = ownerOf(
        remotes,
        scheme,
        `no plugin opens references of the kind "${scheme}"`,
      );
      // A remote signs in through the client it is given, which knows credentials by origin; it needs no provider of its own.
      return guardedLong(plugin, `opening ${registry}/${repository}`, () =>
        contribution.open(location, contextFor(location)),
      );
    },
    trustOf: (description) => {
      const { plugin, contribution, what, config } = storeOf(description);
      return guarded(plugin, `judging ${what}`, () => contribution.trust(config));
    },
    describeStore: (description) => {
      const { plugin, contribution, what, config } = storeOf(description);
      return guarded(plugin, `describing ${what}`, () => ({
        ...contribution.describe(config),
        type: description.type,
      }));
    },
    openStore: async (description) => {
      const { plugin, contribution, what, config } = storeOf(description);
      return guardedLong(plugin, `opening ${what}`, () => contribution.open(config, contextFor(config)));
    },
    markUser: async (description, driver, user) => {
      const { plugin, contribution, what } = storeOf(description);
      await guardedLong(plugin, `marking ${what} as used`, async () => contribution.markUser?.(driver, user));
    },
    openCredentials: async (id, input) => {
      const what = `the credential source "${id}"`;
      const owned = ownerOf(credentials, id, `no plugin contributes ${what}`);
      const config = parsedConfig(owned, input, what);
      return guardedLong(owned.plugin, `opening ${what}`, () =>
        owned.contribution.open(config, contextFor(config)),
      );
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

function nameOf(value: unknown): string {
  const name = typeof value === "object" && value !== null && "name" in value ? value.name : undefined;
  return typeof name === "string" && name !== "" ? name : "a value";
}

function guarded<Value>(plugin: string, doing: string, call: () => Value): Value {
  try {
    return call();
  } catch (error) {
    throw pluginFailed(plugin, doing, error);
  }
}

async function guardedLong<Value>(plugin: string, doing: string, call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    throw pluginFailed(plugin, doing, error);
  }
}
