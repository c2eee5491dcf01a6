import { createPluginHost, type PluginHost } from "@bale/plugin-host";
import { BaleError, type HttpClient, type StoreDescription } from "@bale/spec";
import { findWorkspace, readProject } from "@bale/workspace";
import {
  type ListedPlugin,
  type LocatedPlugin,
  locatePlugins,
  type PluginProblem,
  problemOf,
} from "./list-plugins.js";
import type { PluginInput } from "./user-plugins.js";

/** One thing that was tried. */
export interface PluginCheck {
  /** `found`, `loads`, `store NAME`, `credentials ID`. */
  readonly what: string;
  /** `skipped`: it needs the network, which is not used here. */
  readonly outcome: "ok" | "failed" | "skipped";
  readonly problem?: PluginProblem | undefined;
}
export interface ExaminedPlugin extends ListedPlugin {
  readonly checks: readonly PluginCheck[];
}

// What a plugin logs while it is examined is said again by its checks.
const quiet = (): void => {};
const NO_NETWORK: HttpClient = {
  request: async () => {
    throw new BaleError({ code: "OFFLINE", message: "plugins are examined without the network" });
  },
  [Symbol.asyncDispose]: async () => {},
};

async function tried(what: string, work: () => Promise<unknown>): Promise<PluginCheck> {
  try {
    await work();
    return { what, outcome: "ok" };
  } catch (error) {
    if (BaleError.is(error, "OFFLINE")) return { what, outcome: "skipped" };
    return { what, outcome: "failed", problem: problemOf(error) };
  }
}

async function storesHere(cwd: string): Promise<readonly (readonly [string, StoreDescription])[]> {
  try {
    const project = await readProject(await findWorkspace(cwd));
    return [...(project?.storage.stores ?? [])];
  } catch (error) {
    if (BaleError.is(error, "NOT_A_WORKSPACE")) return [];
    throw error;
  }
}

/** Opens what can be opened with nothing but this machine: a store's grammar, its trust, its driver. */
async function tryStore(host: PluginHost, description: StoreDescription): Promise<void> {
  await host.trustOf(description);
  await host.describeStore(description);
  const driver = await host.openStore(description);
  await driver[Symbol.asyncDispose]();
}

async function examine(
  { listed, plugin }: LocatedPlugin,
  input: PluginInput,
  stores: readonly (readonly [string, StoreDescription])[],
): Promise<ExaminedPlugin> {
  if (!plugin) {
    const { problem } = listed;
    const found: readonly PluginCheck[] = problem ? [{ what: "found", outcome: "failed", problem }] : [];
    return { ...listed, loaded: false, checks: found };
  }
  // A host of its own for each: one that clashes with another must not hide what else is wrong with it.
  const host = createPluginHost({ env: input.io.env, http: NO_NETWORK, log: quiet });
  const { name } = listed;
  const loads = await tried("loads", async () => {
    host.use(plugin);
    await host.load(name);
  });
  const [info] = host.plugins();
  if (loads.outcome !== "ok" || !info) return { ...listed, loaded: false, checks: [loads] };
  const checks = [loads];
  for (const [store, description] of stores)
    if (info.stores.includes(description.type))
      checks.push(await tried(`store ${store}`, () => tryStore(host, description)));
  for (const id of info.credentials)
    checks.push(await tried(`credentials ${id}`, () => host.openCredentials(id, {})));
  const { stores: types, remotes, credentials } = info;
  return { ...listed, known: true, stores: types, remotes, credentials, loaded: true, checks };
}

/** Plugins that contribute the same: using both is refused, which only those see who look at all of them. */
async function clashes(
  plugins: readonly LocatedPlugin[],
  input: PluginInput,
): Promise<readonly PluginCheck[]> {
  const host = createPluginHost({ env: input.io.env, http: NO_NETWORK, log: quiet });
  const checks: PluginCheck[] = [];
  for (const { plugin } of plugins)
    if (plugin)
      checks.push(
        await tried("together", async () => {
          host.use(plugin);
          await host.load(plugin.name);
        }),
      );
  return checks;
}

export interface PluginExamination {
  readonly plugins: readonly ExaminedPlugin[];
  readonly problems: readonly (PluginProblem & { readonly plugin: string; readonly what: string })[];
}

/** Loads every plugin that the user allows, checks it, and opens what can be opened without the network. */
export async function examinePlugins(input: PluginInput): Promise<PluginExamination> {
  const located = await locatePlugins(input);
  const stores = await storesHere(input.cwd);
  const plugins: ExaminedPlugin[] = [];
  for (const each of located) plugins.push(await examine(each, input, stores));
  const problems = plugins.flatMap(({ name, checks }) =>
    checks.flatMap(({ what, problem }) => (problem ? [{ plugin: name, what, ...problem }] : [])),
  );
  const known = new Set(problems.map(({ message }) => message));
  const together = (await clashes(located, input)).flatMap(({ what, problem }) =>
    problem && !known.has(problem.message) ? [{ plugin: "", what, ...problem }] : [],
  );
  return { plugins, problems: [...problems, ...together] };
}
