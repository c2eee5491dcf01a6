import type { CredentialProvider, HttpClient, PluginContext } from "@bale/spec";
import type { PluginGuard } from "./plugin-guard.js";
import { originsOf, scopedCredentials } from "./scoped-credentials.js";

interface ContextSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly http: HttpClient;
  readonly credentials?: CredentialProvider | undefined;
  readonly log: PluginContext["log"];
}

const NOBODY: CredentialProvider = { id: "none", resolve: async () => undefined };

/** What a plugin may reach while it opens something with this configuration. What it is told in confidence is noted, so that it never shows. */
export function pluginContext(sources: ContextSources, guard: PluginGuard, config: unknown): PluginContext {
  const { env, http, log, credentials = NOBODY } = sources;
  const scoped = scopedCredentials(credentials, originsOf(config));
  const { redact, note } = guard.secrets;
  const hidden = (value: unknown): unknown => (typeof value === "string" ? redact(value) : value);
  return {
    env,
    http,
    log: (level, message, fields) =>
      log(
        level,
        redact(`${guard.plugin}: ${message}`),
        fields && Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, hidden(value)])),
      ),
    credentials: {
      id: scoped.id,
      resolve: async (request, options) => {
        const credential = await scoped.resolve(request, options);
        note(credential);
        return credential;
      },
    },
  };
}
