import type { AbsentHint } from "@bale/plugin-host";
import type { PluginRequests } from "./user-plugins.js";

/** The line of a configuration file that allows plugins. */
export function allowLine(names: readonly string[]): string {
  return `plugins: ${JSON.stringify(names)}`;
}

/**
 * What to say where no plugin serves what is wanted: that the user switched plugins off, or that the project asks for one which the user has not
 * allowed, with the line that would.
 */
export function absentPlugin({ requests, offBy, configFile }: PluginRequests): AbsentHint {
  return () => {
    const allowed = requests.filter((request) => request.allowed).map(({ name }) => name);
    if (offBy !== undefined && allowed.length > 0)
      return {
        why: `${offBy} leaves out the plugins of your configuration: ${allowed.join(", ")}`,
        fix: `run it without ${offBy}`,
      };
    const asked = requests.filter((request) => !request.allowed).map(({ name }) => name);
    if (asked.length === 0) return undefined;
    return {
      why: `bale.yaml asks for ${asked.join(", ")}, which you have not allowed: a project cannot load code by itself`,
      fix: `if you trust it, add this line to ${configFile}: ${allowLine([...allowed, ...asked])}`,
    };
  };
}
