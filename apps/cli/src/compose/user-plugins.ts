import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { BaleError, type LazyPlugin } from "@bale/spec";
import { findWorkspace, readProject } from "@bale/workspace";
import { usageError } from "../errors/usage-error.js";
import { configFiles } from "../settings/load-user-config.js";
import type { Settings } from "../settings/settings.js";
import type { CommandIo } from "../terminal/command-io.js";
import { refuseBundleContent } from "./bundle-content.js";
import { type FoundPlugin, findPlugin, type PluginSearch, type WantedPlugin } from "./find-plugin.js";
import { pluginFolder, pluginPlaces } from "./plugin-places.js";

export interface PluginInput {
  readonly settings: Settings;
  readonly io: CommandIo;
  readonly cwd: string;
}
/** One plugin that somebody asked for, and who. */
export interface PluginRequest extends WantedPlugin {
  /** Configuration files, `--plugin`, `bale.yaml`. */
  readonly requestedBy: readonly string[];
  /** Whether the user did, whose word alone loads code. */
  readonly allowed: boolean;
}
/** What this user and this project ask for, before anything is looked for. */
export interface PluginRequests {
  readonly requests: readonly PluginRequest[];
  /** `--no-plugins`, or the variable for it, where plugins are switched off. */
  readonly offBy: string | undefined;
  readonly search: PluginSearch;
  /** The user's own configuration file, which the line that allows a plugin belongs into. */
  readonly configFile: string;
}

const PROJECT = "bale.yaml";

interface Project {
  readonly root: string;
  readonly plugins: readonly string[];
}

/** The workspace around a folder. Whatever is wrong with it, the command itself finds it and says so. */
async function projectAt(cwd: string): Promise<Project | undefined> {
  try {
    const root = await findWorkspace(cwd);
    return { root, plugins: (await readProject(root))?.plugins ?? [] };
  } catch (error) {
    if (BaleError.is(error)) return undefined;
    throw error;
  }
}

function merge(requests: readonly PluginRequest[]): readonly PluginRequest[] {
  const known = new Map<string, PluginRequest>();
  for (const request of requests) {
    const key = JSON.stringify([request.name, request.name.startsWith(".") ? request.base : ""]);
    const first = known.get(key);
    known.set(
      key,
      first
        ? {
            ...first,
            requestedBy: [...first.requestedBy, ...request.requestedBy],
            allowed: first.allowed || request.allowed,
          }
        : request,
    );
  }
  return [...known.values()];
}

/** Who asks for which plugins. @throws BaleError `USAGE` where the command line asks for and against them */
export async function pluginRequests({ settings, io, cwd }: PluginInput): Promise<PluginRequests> {
  const { plugins, user } = settings;
  if (plugins.offBy !== undefined && plugins.named.length > 0)
    throw usageError(`--plugin loads a plugin, and ${plugins.offBy} forbids it`, "bale help plugins");
  const project = await projectAt(cwd);
  const own = configFiles(io).user;
  const file = user.origins.get("plugins") ?? own;
  const folder = pluginFolder(io);
  return {
    requests: merge([
      ...user.config.plugins.map((name) => ({
        name,
        base: dirname(file),
        requestedBy: [file],
        allowed: true,
      })),
      ...plugins.named.map((name) => ({ name, base: cwd, requestedBy: ["--plugin"], allowed: true })),
      ...(project?.plugins ?? []).map((name) => ({
        name,
        base: project?.root ?? cwd,
        requestedBy: [PROJECT],
        allowed: false,
      })),
    ]),
    offBy: plugins.offBy,
    configFile: own,
    search: {
      places: pluginPlaces(io, project?.root),
      home: io.home,
      pluginFolder: folder,
      checkProject: (name, found) =>
        project === undefined ? Promise.resolve() : refuseBundleContent(project.root, name, found),
    },
  };
}

async function importPlugin({ name, file }: FoundPlugin): Promise<unknown> {
  const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  const exported = module.default;
  if (exported !== undefined)
    return typeof exported === "function" ? (exported as () => unknown)() : exported;
  throw new BaleError({
    code: "PLUGIN_INVALID",
    message: `the plugin ${name} cannot be used`,
    why: `${file} exports nothing by default; a plugin is the default export, or a function that gives it`,
    fix: "look for another version of the plugin",
    context: { plugin: name, path: file },
  });
}

/** A found plugin as the host takes it: loaded when it is needed. */
export function lazyPlugin(found: FoundPlugin): LazyPlugin {
  return { name: found.name, manifest: found.manifest, load: () => importPlugin(found) };
}

/** The plugins that the user allows, found and not loaded. @throws BaleError `PLUGIN_INVALID` for one that is not there */
export async function userPlugins({
  requests,
  offBy,
  search,
}: PluginRequests): Promise<readonly LazyPlugin[]> {
  if (offBy !== undefined) return [];
  const allowed = requests.filter((request) => request.allowed);
  return Promise.all(allowed.map(async (request) => lazyPlugin(await findPlugin(request, search))));
}
