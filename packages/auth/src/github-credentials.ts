import { type CredentialProvider, secret } from "@bale/spec";
import type { Environment } from "./environment-credentials.js";
import type { SourcedCredential } from "./sourced-credential.js";

const REGISTRY = "https://ghcr.io";

/** `GITHUB_TOKEN`, as workflows have it, for ghcr.io and nothing else. The user name is not checked there; the actor's is shown. */
export function githubCredentials(env: Environment): CredentialProvider {
  return {
    id: "github",
    resolve: async ({ origin }) => {
      const token = env["GITHUB_TOKEN"];
      if (origin !== REGISTRY || token === undefined || token === "") return undefined;
      const username = env["GITHUB_ACTOR"] || "github";
      const credential: SourcedCredential = {
        kind: "basic",
        username,
        password: secret(token),
        source: "GITHUB_TOKEN",
        ambient: true,
      };
      return credential;
    },
  };
}
