import type { Flags } from "../definition/flags.js";
import type { MeantRegistry } from "./compose-client.js";
import { registryOf } from "./named-references.js";
import type { WorkspaceUpstream } from "./workspace-upstream.js";

const NAMED_ONLY = [
  "username",
  "password-stdin",
  "identity-token-stdin",
  "plain-http",
  "insecure",
  "cert-file",
  "key-file",
] as const;
const GENERAL_VARIABLES = ["BALE_USERNAME", "BALE_PASSWORD", "BALE_TOKEN"] as const;

export interface MeantInput {
  /** References of the command line; `undefined` where one was left out. */
  readonly references: readonly (string | undefined)[];
  readonly flags: Flags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly defaultRegistry: string | undefined;
  /** Asked only where it matters. */
  readonly upstream: () => Promise<WorkspaceUpstream | undefined>;
}

/**
 * Which registries get what flags and general variables say: those that are named; where none is, that of the upstream. A `bale.yaml` may be somebody
 * else's: its `ref` gets what is written for this very command, never a password that merely lies in the environment.
 */
export async function meantRegistries(input: MeantInput): Promise<readonly MeantRegistry[]> {
  const { references, flags, env, defaultRegistry } = input;
  const named = references
    .map((reference) => registryOf(reference, defaultRegistry))
    .filter((host) => host !== undefined);
  if (named.length > 0) return [...new Set(named)].map((host) => ({ host, general: true }));
  if (references.some((reference) => reference !== undefined)) return [];
  const matters =
    NAMED_ONLY.some((name) => flags.has(name)) || GENERAL_VARIABLES.some((name) => (env[name] ?? "") !== "");
  const upstream = matters ? await input.upstream() : undefined;
  const host = registryOf(upstream?.reference, defaultRegistry);
  return host === undefined ? [] : [{ host, general: upstream?.from === "state" }];
}
