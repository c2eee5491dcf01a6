import { oci } from "@bale/oci";
import { BaleError, type CredentialContribution, type LazyPlugin, type Plugin } from "@bale/spec";
import { storageFs } from "@bale/storage-fs";
import { storageOci } from "@bale/storage-oci";
import { VERSION } from "../version.js";
import { allowLine } from "./absent-plugin.js";
import { CLOUD_CREDENTIALS, CLOUD_STORES } from "./built-in-plugins.js";
import { type FoundPlugin, findPlugin } from "./find-plugin.js";
import {
  lazyPlugin,
  type PluginInput,
  type PluginRequest,
  type PluginRequests,
  pluginRequests,
} from "./user-plugins.js";

export interface PluginProblem {
  readonly code: string;
  readonly message: string;
  readonly why?: string | undefined;
  readonly fix?: string | undefined;
}
/** One plugin, as `bale plugins ls` shows it. */
export interface ListedPlugin {
  readonly name: string;
  readonly version?: string | undefined;
  /** `built-in`, or where its code was found; `nowhere`: it was not looked for, or not found. */
  readonly place: "built-in" | FoundPlugin["place"] | "nowhere";
  readonly path?: string | undefined;
  /** `bale` for what is built in; configuration files, `--plugin`, `bale.yaml`. */
  readonly requestedBy: readonly string[];
  /** `ready`: its code is loaded when it is needed. `off`: by --no-plugins. `not-allowed`: only a project asks for it. `unusable`: see `problem`. */
  readonly state: "ready" | "off" | "not-allowed" | "unusable";
  /** Whether what it contributes is known without loading it. */
  readonly known: boolean;
  /** Whether its code is loaded by now. */
  readonly loaded: boolean;
  readonly stores: readonly string[];
  readonly remotes: readonly string[];
  readonly credentials: readonly string[];
  readonly problem?: PluginProblem | undefined;
}
/** A listed plugin, and how it is loaded. */
export interface LocatedPlugin {
  readonly listed: ListedPlugin;
  readonly plugin: Plugin | LazyPlugin | undefined;
}

export function problemOf(error: unknown): PluginProblem {
  if (!BaleError.is(error)) throw error;
  const { code, message, why, fix } = error;
  return { code, message, ...(why === undefined ? {} : { why }), ...(fix === undefined ? {} : { fix }) };
}

function builtIn(plugin: Plugin | LazyPlugin): LocatedPlugin {
  const served: {
    readonly blobs?: readonly (string | { readonly scheme: string })[] | undefined;
    readonly remotes?: readonly (string | { readonly scheme: string })[] | undefined;
    readonly credentials?: readonly Pick<CredentialContribution, "id">[] | undefined;
  } = "load" in plugin ? (plugin.manifest ?? {}) : plugin;
  const schemes = (items: readonly (string | { readonly scheme: string })[] = []): readonly string[] =>
    items.map((item) => (typeof item === "string" ? item : item.scheme));
  return {
    plugin,
    listed: {
      name: plugin.name,
      version: VERSION,
      place: "built-in",
      requestedBy: ["bale"],
      state: "ready",
      known: true,
      loaded: !("load" in plugin),
      stores: schemes(served.blobs),
      remotes: schemes(served.remotes),
      credentials: (served.credentials ?? []).map(({ id }) => id),
    },
  };
}

const NOTHING = { stores: [], remotes: [], credentials: [], known: false, loaded: false } as const;

function notAllowed(
  { name, requestedBy }: PluginRequest,
  { configFile, requests }: PluginRequests,
): ListedPlugin {
  const names = [...requests.filter(({ allowed }) => allowed).map((each) => each.name), name];
  return {
    name,
    place: "nowhere",
    requestedBy,
    state: "not-allowed",
    ...NOTHING,
    problem: {
      code: "PLUGIN_INVALID",
      message: `bale.yaml asks for the plugin ${name}, which you have not allowed`,
      why: "a project cannot load code by itself",
      fix: `if you trust it, add this line to ${configFile}: ${allowLine(names)}`,
    },
  };
}

async function requested(request: PluginRequest, all: PluginRequests): Promise<LocatedPlugin> {
  const { name, requestedBy } = request;
  if (!request.allowed) return { listed: notAllowed(request, all), plugin: undefined };
  try {
    const found = await findPlugin(request, all.search);
    const { manifest, version, place, file } = found;
    return {
      plugin: all.offBy === undefined ? lazyPlugin(found) : undefined,
      listed: {
        name,
        ...(version === undefined ? {} : { version }),
        place,
        path: file,
        requestedBy,
        state: all.offBy === undefined ? "ready" : "off",
        known: manifest !== undefined,
        loaded: false,
        stores: manifest?.blobs ?? [],
        remotes: manifest?.remotes ?? [],
        credentials: (manifest?.credentials ?? []).map(({ id }) => id),
      },
    };
  } catch (error) {
    const listed = { name, place: "nowhere", requestedBy, state: "unusable", ...NOTHING } as const;
    return { plugin: undefined, listed: { ...listed, problem: problemOf(error) } };
  }
}

/** What is built in, then what the user's files, the command line and the project ask for. Nothing is loaded. */
export async function locatePlugins(input: PluginInput): Promise<readonly LocatedPlugin[]> {
  const all = await pluginRequests(input);
  return [
    ...[oci(), storageFs(), storageOci(), ...CLOUD_STORES, ...CLOUD_CREDENTIALS].map(builtIn),
    ...(await Promise.all(all.requests.map((request) => requested(request, all)))),
  ];
}

export async function listPlugins(input: PluginInput): Promise<readonly ListedPlugin[]> {
  return (await locatePlugins(input)).map(({ listed }) => listed);
}
