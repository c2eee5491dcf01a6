import type { ConfigIssue, Plugin } from "@bale/spec";
import { PLUGIN_ADAPTERS } from "./spec-versions.js";
import { readPlugin } from "./take-plugin.js";

/** What keeps a value from being a plugin of this version. Nothing of it is run. */
export function pluginIssues(value: unknown): readonly ConfigIssue[] {
  try {
    const { issues } = readPlugin(value, PLUGIN_ADAPTERS);
    const version = (value as { readonly specVersion?: unknown } | undefined)?.specVersion;
    if (issues.length > 0 || PLUGIN_ADAPTERS.has(version as number)) return issues;
    return [{ path: ["specVersion"], message: `is ${String(version)}; this bale supports 1` }];
  } catch {
    return [{ path: [], message: "throws when it is looked at" }];
  }
}

/** Whether a value is a plugin of this version. */
export function isPlugin(value: unknown): value is Plugin {
  return pluginIssues(value).length === 0;
}
