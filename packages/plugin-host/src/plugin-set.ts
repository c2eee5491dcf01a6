import { BaleError, type PluginContext } from "@bale/spec";
import { createContributionIndex } from "./contribution-index.js";
import { servesOrigin } from "./host-patterns.js";
import {
  isLazy,
  lazyEntry,
  nameOf,
  type PluginEntry,
  presentEntry,
  type Served,
  servedBy,
  takePlugin,
} from "./plugin-entry.js";
import type { PluginGuard } from "./plugin-guard.js";
import type { PluginAdapters } from "./spec-versions.js";
import type { TakenPlugin } from "./take-plugin.js";

export type ServiceKind = keyof Served;
/** What else to say where no plugin serves something: which package would, or why it is not loaded. */
export type AbsentHint = (wanted: {
  readonly kind: ServiceKind;
  readonly key: string;
}) => { readonly why?: string | undefined; readonly fix?: string | undefined } | undefined;

export interface PluginInfo extends Served {
  readonly name: string;
  /** Whether its code is loaded. */
  readonly loaded: boolean;
  /** Whether what it contributes is known; not so for a plugin without a manifest before it is loaded. */
  readonly known: boolean;
}
interface PluginSetOptions {
  readonly guardOf: (name: string) => PluginGuard;
  readonly adapters: PluginAdapters;
  readonly absent: AbsentHint | undefined;
  readonly log: PluginContext["log"];
}
export interface OwnedPlugin {
  readonly guard: PluginGuard;
  readonly plugin: TakenPlugin;
}
/** The plugins of a host, and who of them serves what. */
export interface PluginSet {
  readonly use: (plugin: unknown) => void;
  readonly list: () => readonly PluginInfo[];
  readonly load: (name: string) => Promise<void>;
  /** @throws BaleError `UNSUPPORTED` with `message`, `PLUGIN_INVALID`, `PLUGIN_FAILED` */
  readonly ownerOf: (kind: ServiceKind, key: string, message: string) => Promise<OwnedPlugin>;
  readonly credentialSources: (origin: string) => Promise<readonly string[]>;
}

const KINDS: readonly ServiceKind[] = ["stores", "remotes", "credentials"];
const NOTHING: Served = { stores: [], remotes: [], credentials: [] };

export function createPluginSet({ guardOf, adapters, absent, log }: PluginSetOptions): PluginSet {
  const entries: PluginEntry[] = [];
  const indexes = {
    stores: createContributionIndex<PluginEntry>("store type"),
    remotes: createContributionIndex<PluginEntry>("remote scheme"),
    credentials: createContributionIndex<PluginEntry>("credential source"),
  };

  function claim(entry: PluginEntry, served: Served): void {
    for (const kind of KINDS) indexes[kind].check(entry, served[kind]);
    for (const kind of KINDS) indexes[kind].add(entry, served[kind]);
  }

  /** Loads a plugin; what one without a manifest serves is known from here on. */
  async function loadEntry(entry: PluginEntry): Promise<TakenPlugin> {
    const first = entry.loaded() === undefined;
    const plugin = await entry.load();
    if (first && !entry.declared && !claimed.has(entry)) {
      claim(entry, servedBy(plugin));
      claimed.add(entry);
      log("debug", "loaded a plugin", { plugin: entry.name });
    }
    return plugin;
  }
  const claimed = new Set<PluginEntry>();

  async function loadUndeclared(): Promise<void> {
    for (const entry of entries) if (!entry.declared && !claimed.has(entry)) await loadEntry(entry);
  }

  async function ownerOf(kind: ServiceKind, key: string, message: string): Promise<OwnedPlugin> {
    const index = indexes[kind];
    if (!index.get(key)) await loadUndeclared();
    const entry = index.get(key);
    if (entry) return { guard: entry.guard, plugin: await loadEntry(entry) };
    const hint = absent?.({ kind, key });
    throw new BaleError({
      code: "UNSUPPORTED",
      message,
      why: hint?.why ?? `there are: ${index.keys().join(", ") || "none"}`,
      fix: hint?.fix ?? "install the plugin for it and name it under plugins in your configuration",
      context: { wanted: key },
    });
  }

  function sourcesOf(entry: PluginEntry, origin: string): readonly string[] {
    const sources = entry.loaded()?.credentials ?? entry.manifest?.credentials ?? [];
    return sources.filter(({ hosts }) => servesOrigin(hosts, origin)).map(({ id }) => id);
  }

  return {
    use: (value) => {
      const name = nameOf(value);
      if (isLazy(value)) {
        const entry = lazyEntry(value, guardOf(name), adapters);
        if (entry.declared) claim(entry, entry.declared);
        entries.push(entry);
        return;
      }
      const plugin = takePlugin(value, guardOf(name), adapters);
      const entry = presentEntry(plugin, guardOf(plugin.name));
      claim(entry, servedBy(plugin));
      entries.push(entry);
    },
    list: () =>
      entries.map((entry) => {
        const plugin = entry.loaded();
        const served = entry.declared ?? (plugin && servedBy(plugin));
        return {
          name: entry.name,
          ...(served ?? NOTHING),
          loaded: plugin !== undefined,
          known: served !== undefined,
        };
      }),
    load: async (name) => {
      for (const entry of entries) if (entry.name === name) await loadEntry(entry);
    },
    ownerOf,
    credentialSources: async (origin) => {
      await loadUndeclared();
      return entries.flatMap((entry) => sourcesOf(entry, origin));
    },
  };
}
