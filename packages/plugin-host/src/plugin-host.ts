import type {
  BlobDriver,
  CallOptions,
  CredentialProvider,
  HttpClient,
  LazyPlugin,
  Plugin,
  PluginContext,
  RemoteLocation,
  RemoteRepository,
  StoreDescription,
  StoreTrust,
} from "@bale/spec";
import { checkDescription, checkRemote, checkTrust } from "./check-answers.js";
import { checkConfig } from "./check-config.js";
import { createDriverCalls } from "./driver-calls.js";
import { guardCredentials } from "./guarded-credentials.js";
import { guardDriver } from "./guarded-driver.js";
import { createKnownSecrets } from "./known-secrets.js";
import { listedUsers } from "./listed-users.js";
import { pluginContext } from "./plugin-context.js";
import { wrongConfig } from "./plugin-errors.js";
import { createPluginGuard, type GuardLimits, type PluginGuard } from "./plugin-guard.js";
import { type AbsentHint, createPluginSet, type PluginInfo } from "./plugin-set.js";
import { PLUGIN_ADAPTERS, type PluginAdapters } from "./spec-versions.js";
import type { TakenBlob } from "./take-plugin.js";

export interface PluginHostOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly http: HttpClient;
  readonly credentials?: CredentialProvider | undefined;
  readonly log: PluginContext["log"];
  /** How long a plugin may be silent; see `GuardLimits` for what each means. Default: 60 s, 10 min, 5 s. */
  readonly limits?: Partial<GuardLimits> | undefined;
  /** What else to say where nobody serves what is wanted. */
  readonly absent?: AbsentHint | undefined;
  /** Versions of the contract that are taken. Default: those that this bale supports. */
  readonly adapters?: PluginAdapters | undefined;
}
/**
 * Plugins of one client. Nothing of a plugin runs before something it contributes is needed, and code that is not there yet is loaded only then.
 * Whatever a plugin does, its callers meet an answer of the right form or a `BaleError` that names it and shows no secret.
 */
export interface PluginHost extends AsyncDisposable {
  /** @throws BaleError `PLUGIN_INVALID`, also when two plugins claim one scheme or id: both are named; `PLUGIN_FAILED` */
  readonly use: (plugin: Plugin | LazyPlugin | unknown) => void;
  readonly plugins: () => readonly PluginInfo[];
  /** Loads the code of a plugin and checks it. @throws BaleError `PLUGIN_INVALID`, `PLUGIN_FAILED` */
  readonly load: (name: string) => Promise<void>;
  /** @throws BaleError `UNSUPPORTED` without a plugin for the scheme, `PLUGIN_FAILED` */
  readonly openRemote: (location: RemoteLocation) => Promise<RemoteRepository>;
  /** Grammar first, trust next; no driver is opened. @throws BaleError `CONFIG_INVALID`, `UNSUPPORTED`, `PLUGIN_FAILED` */
  readonly trustOf: (description: StoreDescription) => Promise<StoreTrust>;
  /** Members that go into the root of a bundle. @throws BaleError `CONFIG_INVALID`, `UNSUPPORTED`, `PLUGIN_FAILED` */
  readonly describeStore: (description: StoreDescription) => Promise<StoreDescription>;
  readonly openStore: (description: StoreDescription) => Promise<BlobDriver>;
  /** Leaves the marker by which garbage collection knows who uses a store; nothing where the store needs none. */
  readonly markUser: (description: StoreDescription, driver: BlobDriver, user: string) => Promise<void>;
  /** Repositories that ever left a marker; `undefined` where the plugin cannot tell. @throws BaleError `PLUGIN_FAILED`, `LIMIT` */
  readonly listUsers: (
    description: StoreDescription,
    driver: BlobDriver,
    options?: CallOptions,
  ) => Promise<readonly string[] | undefined>;
  /** Ids of the sources that may know an origin, in the order of their plugins. Plugins without a manifest are loaded for it. */
  readonly credentialSources: (origin: string) => Promise<readonly string[]>;
  /** @throws BaleError `UNSUPPORTED` without a plugin of that id, `CONFIG_INVALID`, `PLUGIN_FAILED` */
  readonly openCredentials: (id: string, config: unknown) => Promise<CredentialProvider>;
}

const LIMITS: GuardLimits = { openMs: 60_000, stallMs: 600_000, abortMs: 5_000 };

interface OpenedStore {
  readonly guard: PluginGuard;
  readonly blob: TakenBlob;
  readonly what: string;
  readonly config: unknown;
}

export function createPluginHost(options: PluginHostOptions): PluginHost {
  const secrets = createKnownSecrets(options.env);
  const limits = { ...LIMITS, ...options.limits };
  const plugins = createPluginSet({
    guardOf: (name) => createPluginGuard(name, limits, secrets),
    adapters: options.adapters ?? PLUGIN_ADAPTERS,
    absent: options.absent,
    log: options.log,
  });
  // What a plugin gets back is its own driver, not the one that is watched.
  const inner = new WeakMap<BlobDriver, unknown>();

  async function storeOf(description: StoreDescription): Promise<OpenedStore> {
    const { type } = description;
    const what = `a store of type "${type}"`;
    const { guard, plugin } = await plugins.ownerOf(
      "stores",
      type,
      `no plugin knows stores of type "${type}"`,
    );
    const blob = plugin.blobs.find(({ scheme }) => scheme === type) as TakenBlob;
    const checked = await checkConfig(guard, blob.config, description, what);
    if (!checked.ok) throw wrongConfig(guard.plugin, what, checked.issues);
    return { guard, blob, what, config: checked.value };
  }

  return {
    use: plugins.use,
    plugins: plugins.list,
    load: plugins.load,
    openRemote: async (location) => {
      const { scheme, registry, repository } = location;
      const { guard, plugin } = await plugins.ownerOf(
        "remotes",
        scheme,
        `no plugin opens references of the kind "${scheme}"`,
      );
      const remote = plugin.remotes.find((each) => each.scheme === scheme);
      const doing = `opening ${registry}/${repository}`;
      // A remote signs in through the client it is given, which knows credentials by origin; it needs no provider of its own.
      const opened = await guard.ask(doing, () =>
        remote?.open({ ...location }, pluginContext(options, guard, location)),
      );
      return checkRemote(guard, opened, doing);
    },
    trustOf: async (description) => {
      const { guard, blob, what, config } = await storeOf(description);
      return checkTrust(
        guard,
        guard.now(`judging ${what}`, () => blob.trust(config)),
        what,
      );
    },
    describeStore: async (description) => {
      const { guard, blob, what, config } = await storeOf(description);
      const described = guard.now(`describing ${what}`, () => blob.describe(config));
      return { ...checkDescription(guard, described, what), type: description.type };
    },
    openStore: async (description) => {
      const { guard, blob, what, config } = await storeOf(description);
      const driver = await guard.ask(`opening ${what}`, () =>
        blob.open(config, pluginContext(options, guard, config)),
      );
      const guarded = guardDriver(guard, driver, what);
      inner.set(guarded, driver);
      return guarded;
    },
    markUser: async (description, driver, user) => {
      const { guard, blob, what } = await storeOf(description);
      const calls = createDriverCalls(guard, driver.classify);
      await calls.ask(`marking ${what} as used`, () => blob.markUser?.(inner.get(driver) ?? driver, user));
    },
    listUsers: async (description, driver, call) => {
      const { guard, blob, what } = await storeOf(description);
      const { listUsers } = blob;
      if (!listUsers) return undefined;
      const calls = createDriverCalls(guard, driver.classify);
      return listedUsers(calls, () => listUsers(inner.get(driver) ?? driver, call), what);
    },
    credentialSources: plugins.credentialSources,
    openCredentials: async (id, input) => {
      const what = `the credential source "${id}"`;
      const { guard, plugin } = await plugins.ownerOf("credentials", id, `no plugin contributes ${what}`);
      const source = plugin.credentials.find((each) => each.id === id);
      const checked = await checkConfig(guard, source?.config, input, what);
      if (!checked.ok) throw wrongConfig(guard.plugin, what, checked.issues);
      const { value } = checked;
      const opened = await guard.ask(`opening ${what}`, () =>
        source?.open(value, pluginContext(options, guard, value)),
      );
      return guardCredentials(guard, opened, what);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
