import type { JsonValue } from "@bale/spec";
import type { UserCredentials } from "@bale/workspace";

/** Where the user wants credentials for a registry or a namespace to come from, and nowhere else. */
export interface CredentialChoice {
  /** `anonymous`, `docker`, `environment`, `github`, `gh`, or the id of a plugin's source. */
  readonly source: string;
  /** For the source's own configuration. */
  readonly config: Readonly<Record<string, JsonValue>>;
}

export function credentialChoice(chosen: UserCredentials | undefined): CredentialChoice | undefined {
  if (chosen === undefined) return undefined;
  if (chosen === "anonymous") return { source: "anonymous", config: {} };
  const { source, ...config } = chosen;
  return { source, config };
}
