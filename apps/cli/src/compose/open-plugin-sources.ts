import { createPluginHost, pluginCredentials } from "@bale/plugin-host";
import type { HttpClient, LazyPlugin } from "@bale/spec";
import type { CommandIo } from "../terminal/command-io.js";
import { absentPlugin } from "./absent-plugin.js";
import { CLOUD_CREDENTIALS } from "./built-in-plugins.js";
import type { Journal } from "./journal.js";
import type { PluginSources } from "./plugin-sources.js";
import type { PluginRequests } from "./user-plugins.js";

export interface OpenSourcesInput {
  readonly io: Pick<CommandIo, "env">;
  readonly journal: Pick<Journal, "log">;
  /** Without an authorizer: a source must not sign in with what it is asked for. */
  readonly http: HttpClient;
  /** The user's. */
  readonly plugins: readonly LazyPlugin[];
  readonly requests: PluginRequests;
}

/** The sources that the clouds' plugins and the user's contribute: each is opened at the first question for a host that it can know. */
export function openPluginSources({ io, journal, http, plugins, requests }: OpenSourcesInput): PluginSources {
  const host = createPluginHost({ env: io.env, http, log: journal.log, absent: absentPlugin(requests) });
  for (const plugin of [...CLOUD_CREDENTIALS, ...plugins]) host.use(plugin);
  return {
    provider: pluginCredentials(host, () => ({})),
    open: (id, config) => host.openCredentials(id, config),
  };
}
