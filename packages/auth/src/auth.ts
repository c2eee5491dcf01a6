import type { ConfigSchema, CredentialContribution, Plugin } from "@bale/spec";
import { anonymous } from "./anonymous.js";
import { environmentCredentials } from "./environment-credentials.js";
import { githubCredentials } from "./github-credentials.js";

export interface AuthOptions {
  /** Origins for which the general variables (BALE_USERNAME and so on) are meant. */
  readonly forOrigins?: readonly string[] | undefined;
}

type NoConfig = Readonly<Record<string, never>>;

const noConfig: ConfigSchema<NoConfig> = {
  parse: (input) => {
    const empty =
      input === undefined ||
      (typeof input === "object" &&
        input !== null &&
        !Array.isArray(input) &&
        Object.keys(input).length === 0);
    return empty
      ? { ok: true, value: {} }
      : { ok: false, error: [{ path: [], message: "this source of credentials takes no settings" }] };
  },
};

/** The sources of credentials that need no other package: `environment`, `github` (GITHUB_TOKEN, for ghcr.io) and `anonymous`. */
export function auth(options: AuthOptions = {}): Plugin {
  const credentials: readonly CredentialContribution<NoConfig>[] = [
    {
      id: "environment",
      config: noConfig,
      open: async (_config, context) => environmentCredentials(context.env, options),
    },
    { id: "github", config: noConfig, open: async (_config, context) => githubCredentials(context.env) },
    { id: "anonymous", config: noConfig, open: async () => anonymous() },
  ];
  return { specVersion: 1, name: "auth", credentials: credentials as readonly CredentialContribution[] };
}
