import type { CredentialContribution, Plugin } from "@bale/spec";
import { anonymous } from "./anonymous.js";
import { environmentCredentials } from "./environment-credentials.js";
import { ghCredentials } from "./gh-credentials.js";
import { githubCredentials } from "./github-credentials.js";
import { type NoConfig, noConfig } from "./no-config.js";

export interface AuthOptions {
  /** Origins for which the general variables (BALE_USERNAME and so on) are meant. */
  readonly forOrigins?: readonly string[] | undefined;
}

/**
 * The sources of credentials that need no other package: `environment`, `github` (GITHUB_TOKEN, for ghcr.io), `gh` (GitHub's
 * command line, for ghcr.io) and `anonymous`.
 */
export function auth(options: AuthOptions = {}): Plugin {
  const credentials: readonly CredentialContribution<NoConfig>[] = [
    {
      id: "environment",
      config: noConfig,
      open: async (_config, { env, log }) =>
        environmentCredentials(env, { ...options, warn: (message) => log("warn", message) }),
    },
    { id: "github", config: noConfig, open: async (_config, context) => githubCredentials(context.env) },
    {
      id: "gh",
      config: noConfig,
      open: async (_config, { env }) => ghCredentials({ env, searchPath: env["PATH"] ?? "" }),
    },
    { id: "anonymous", config: noConfig, open: async () => anonymous() },
  ];
  return { specVersion: 1, name: "auth", credentials: credentials as readonly CredentialContribution[] };
}
