import { BaleError, type LazyPlugin, type PluginManifest } from "@bale/spec";
import { invalidPlugin, unknownVersion } from "./plugin-errors.js";
import type { PluginGuard } from "./plugin-guard.js";
import { memberOf } from "./safe-cause.js";
import { adaptPlugin, type PluginAdapters } from "./spec-versions.js";
import { readPlugin, type TakenPlugin } from "./take-plugin.js";

/** What a plugin serves, by kind. */
export interface Served {
  readonly stores: readonly string[];
  readonly remotes: readonly string[];
  readonly credentials: readonly string[];
}
/** One plugin of a host: its code is there, or can be loaded. */
export interface PluginEntry {
  readonly name: string;
  readonly guard: PluginGuard;
  /** What it declares; for a plugin whose code came first, what it contributes. `undefined`: known once it is loaded. */
  readonly declared: Served | undefined;
  readonly manifest: PluginManifest | undefined;
  readonly loaded: () => TakenPlugin | undefined;
  /** @throws BaleError `PLUGIN_INVALID`, `PLUGIN_FAILED` */
  readonly load: () => Promise<TakenPlugin>;
}

export function servedBy({ blobs, remotes, credentials }: TakenPlugin): Served {
  return {
    stores: blobs.map(({ scheme }) => scheme),
    remotes: remotes.map(({ scheme }) => scheme),
    credentials: credentials.map(({ id }) => id),
  };
}

function declaredBy({ blobs = [], remotes = [], credentials = [] }: PluginManifest): Served {
  return { stores: blobs, remotes, credentials: credentials.map(({ id }) => id) };
}

/** Whether what a host is given is a promise of a plugin, and not one. */
export function isLazy(value: unknown): value is LazyPlugin {
  return typeof memberOf(value, "load") === "function" && memberOf(value, "specVersion") === undefined;
}

/** The name that a plugin gives itself, for messages about one that cannot be taken. */
export function nameOf(value: unknown): string {
  const name = memberOf(value, "name");
  return typeof name === "string" && name !== "" ? name.slice(0, 214) : "a value";
}

/** @throws BaleError `PLUGIN_INVALID` for what is no plugin, or of another version; `PLUGIN_FAILED` for one that throws when it is looked at */
export function takePlugin(value: unknown, guard: PluginGuard, adapters: PluginAdapters): TakenPlugin {
  const doing = "its members were read";
  return guard.now(doing, () => {
    const version = (value as { readonly specVersion?: unknown } | null | undefined)?.specVersion;
    const isVersion = typeof version === "number" && Number.isSafeInteger(version) && version > 0;
    const present = isVersion ? adaptPlugin(guard.plugin, value as object, adapters) : value;
    const { plugin, issues } = readPlugin(present, adapters);
    if (issues.length > 0) throw invalidPlugin(guard.plugin, issues);
    return plugin;
  });
}

const KINDS = [
  ["stores", "stores of type"],
  ["remotes", "references of the kind"],
  ["credentials", "the credential source"],
] as const;

/** A manifest is a promise: what it names must be there, and what it leaves out is not used. */
function keepPromise(plugin: TakenPlugin, declared: Served, guard: PluginGuard): TakenPlugin {
  const served = servedBy(plugin);
  const missing = KINDS.flatMap(([kind, words]) =>
    declared[kind].filter((key) => !served[kind].includes(key)).map((key) => `${words} "${key}"`),
  );
  if (missing.length > 0)
    throw new BaleError({
      code: "PLUGIN_INVALID",
      message: `the plugin ${guard.plugin} does not contribute what its package.json says`,
      why: `missing: ${missing.join(", ")}`,
      fix: "look for another version of the plugin",
      context: { plugin: guard.plugin },
    });
  return {
    ...plugin,
    blobs: plugin.blobs.filter(({ scheme }) => declared.stores.includes(scheme)),
    remotes: plugin.remotes.filter(({ scheme }) => declared.remotes.includes(scheme)),
    credentials: plugin.credentials.filter(({ id }) => declared.credentials.includes(id)),
  };
}

/** A plugin whose code is there. */
export function presentEntry(plugin: TakenPlugin, guard: PluginGuard): PluginEntry {
  return {
    name: plugin.name,
    guard,
    declared: servedBy(plugin),
    manifest: undefined,
    loaded: () => plugin,
    load: async () => plugin,
  };
}

/** @throws BaleError `PLUGIN_INVALID` for a manifest of a version that this bale does not support */
export function lazyEntry(lazy: LazyPlugin, guard: PluginGuard, adapters: PluginAdapters): PluginEntry {
  const { manifest, name } = lazy;
  if (manifest && !adapters.has(manifest.specVersion))
    throw unknownVersion(name, manifest.specVersion, [...adapters.keys()]);
  const declared = manifest && declaredBy(manifest);
  let plugin: TakenPlugin | undefined;
  let loading: Promise<TakenPlugin> | undefined;
  const begin = async (): Promise<TakenPlugin> => {
    const found = takePlugin(await guard.ask("it was loaded", () => lazy.load()), guard, adapters);
    plugin = declared ? keepPromise(found, declared, guard) : found;
    return plugin;
  };
  return {
    name,
    guard,
    declared,
    manifest,
    loaded: () => plugin,
    load: () => {
      loading ??= begin().catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
      return loading;
    },
  };
}
