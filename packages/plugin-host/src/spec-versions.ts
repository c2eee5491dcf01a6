import type { ConfigIssue } from "@bale/spec";
import { unknownVersion } from "./plugin-errors.js";
import { memberOf } from "./safe-cause.js";

/** Makes a plugin of an older version of the contract look like one of the present. */
export type PluginAdapter = (plugin: object) => object;
/** By `specVersion`: what this bale can take. */
export type PluginAdapters = ReadonlyMap<number, PluginAdapter>;

/** One entry a version. When version 2 comes, the entry of 1 becomes a function from the one to the other. */
export const PLUGIN_ADAPTERS: PluginAdapters = new Map([[1, (plugin) => plugin]]);

function supported(adapters: PluginAdapters): readonly number[] {
  return [...adapters.keys()].sort((a, b) => a - b);
}

/** Why a version is no version; those that are merely not supported are no matter of form. */
export function versionIssues(value: unknown, adapters: PluginAdapters): readonly ConfigIssue[] {
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return [];
  const shown = typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value);
  const versions = supported(adapters).join(", ");
  return [{ path: ["specVersion"], message: `is ${shown}; this bale supports ${versions}` }];
}

/** @throws BaleError `PLUGIN_INVALID` for a version that is not in the table, before anything else of the plugin is looked at */
export function adaptPlugin(
  name: string,
  plugin: object,
  adapters: PluginAdapters = PLUGIN_ADAPTERS,
): object {
  const version = memberOf(plugin, "specVersion") as number;
  const adapt = adapters.get(version);
  if (!adapt) throw unknownVersion(name, version, supported(adapters));
  return adapt(plugin);
}
