import {
  BaleError,
  type BlobContribution,
  type BlobDriver,
  type CredentialContribution,
  type CredentialProvider,
  type HttpClient,
  type Plugin,
  type PluginContext,
  type RemoteContribution,
  type RemoteLocation,
  type RemoteRepository,
  type StoreDescription,
  type StoreTrust,
} from "@bale/spec";
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

interface Owned<Contribution> {
  readonly plugin: string;
  readonly contribution: Contribution;
}

const NOBODY: CredentialProvider = { id: "none", resolve: async () => undefined };

function register<Contribution>(
  into: Map<string, Owned<Contribution>>,
  key: string,
  plugin: string,
  contribution: Contribution,
  what: string,
): void {
  const other = into.get(key);
  if (other)
    throw new BaleError({
      code: "PLUGIN_INVALID",
      message: `two plugins contribute the ${what} "${key}"`,
      why: `${other.plugin} and ${plugin}`,
      fix: "name only one of them in your configuration",
      context: { plugins: [other.plugin, plugin] },
    });
  into.set(key, { plugin, contribution });
}

export function createPluginHost(options: PluginHostOptions): PluginHost {
  const plugins: Plugin[] = [];
  const stores = new Map<string, Owned<BlobContribution>>();
  const remotes = new Map<string, Owned<RemoteContribution>>();
  const credentials = new Map<string, Owned<CredentialContribution>>();

  function contextFor(config: unknown): PluginContext {
    return {
      env: options.env,
      http: options.http,
      log: options.log,
      credentials: scopedCredentials(options.credentials ?? NOBODY, originsOf(config)),
    };
  }

  function storeOf(description: StoreDescription): Owned<BlobContribution> & { readonly config: unknown } {
    const owned = stores.get(description.type);
    if (!owned)
      throw new BaleError({
        code: "UNSUPPORTED",
        message: `no plugin knows stores of type "${description.type}"`,
        why: `there are: ${[...stores.keys()].sort().join(", ") || "none"}`,
        fix: `install the plugin for it and name it under plugins in your configuration`,
        context: { type: description.type },
      });
    const parsed = owned.contribution.config.parse(description);
    if (parsed.ok) return { ...owned, config: parsed.value };
    throw new BaleError({
      code: "CONFIG_INVALID",
      message: `a store of type "${description.type}" is described wrongly`,
      why: formatIssues(parsed.error),
      context: { type: description.type, plugin: owned.plugin },
    });
  }

  async function guarded<Value>(plugin: string, doing: string, call: () => Promise<Value>): Promise<Value> {
    try {
      return await call();
    } catch (error) {
      throw pluginFailed(plugin, doing, error);
    }
  }

  return {
    use: (plugin) => {
      if (!isPlugin(plugin)) {
        const name =
          typeof plugin === "object" && plugin !== null && "name" in plugin ? String(plugin.name) : "a value";
        throw invalidPlugin(name, pluginIssues(plugin));
      }
      for (const item of plugin.blobs ?? []) register(stores, item.scheme, plugin.name, item, "store type");
      for (const item of plugin.remotes ?? [])
        register(remotes, item.scheme, plugin.name, item, "remote scheme");
      for (const item of plugin.credentials ?? [])
        register(credentials, item.id, plugin.name, item, "credential source");
      plugins.push(plugin);
    },
    plugins: () =>
      plugins.map((plugin) => ({
        name: plugin.name,
        stores: (plugin.blobs ?? []).map((item) => item.scheme),
        remotes: (plugin.remotes ?? []).map((item) => item.scheme),
        credentials: (plugin.credentials ?? []).map((item) => item.id),
      })),
    openRemote: async (location) => {
      const owned = remotes.get(location.scheme);
      if (!owned)
        throw new BaleError({
          code: "UNSUPPORTED",
          message: `no plugin opens references of the kind "${location.scheme}"`,
          fix: "install the plugin for it and name it under plugins in your configuration",
        });
      // A remote signs in through the client it is given, which knows credentials by origin; it needs no provider of its own.
      return guarded(owned.plugin, `opening ${location.registry}/${location.repository}`, () =>
        owned.contribution.open(location, contextFor(location)),
      );
    },
    trustOf: (description) => {
      const { contribution, config } = storeOf(description);
      return contribution.trust(config);
    },
    describeStore: (description) => {
      const { contribution, config } = storeOf(description);
      return { ...contribution.describe(config), type: description.type };
    },
    openStore: async (description) => {
      const { plugin, contribution, config } = storeOf(description);
      return guarded(plugin, `opening a store of type ${description.type}`, () =>
        contribution.open(config, contextFor(config)),
      );
    },
    markUser: async (description, driver, user) => {
      const { plugin, contribution } = storeOf(description);
      await guarded(plugin, "marking the store as used", async () => contribution.markUser?.(driver, user));
    },
    openCredentials: async (id, config) => {
      const owned = credentials.get(id);
      if (!owned)
        throw new BaleError({
          code: "UNSUPPORTED",
          message: `no plugin contributes the credential source "${id}"`,
          context: { id },
        });
      const parsed = owned.contribution.config.parse(config);
      if (!parsed.ok)
        throw new BaleError({
          code: "CONFIG_INVALID",
          message: `the credential source "${id}" is configured wrongly`,
          why: formatIssues(parsed.error),
        });
      return guarded(owned.plugin, `opening the credential source ${id}`, () =>
        owned.contribution.open(parsed.value, contextFor(parsed.value)),
      );
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
