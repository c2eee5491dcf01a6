import type { UserRegistrySettings } from "./user-registry-settings.js";

/** What only a user may decide, never the author of a bundle. */
export interface UserConfig {
  /** Host, or host and namespace, that completes a short name. */
  readonly defaultRegistry?: string | undefined;
  /** Lines as a refusal prints them. */
  readonly trustedStores: readonly string[];
  /** `strict`: every external store needs a line in `trustedStores`. */
  readonly stores?: "strict" | undefined;
  /** By host, or by host and namespace: `ghcr.io/acme`. `matchRegistry` puts together what counts for a repository. */
  readonly registries: ReadonlyMap<string, UserRegistrySettings>;
  /** Packages or files to load plugins from. */
  readonly plugins: readonly string[];
  /** Files of credentials instead of the usual ones. */
  readonly registryConfig?: string | undefined;
  readonly caFile?: string | undefined;
  readonly concurrency?: number | undefined;
  readonly retries?: number | undefined;
  /** Milliseconds. */
  readonly timeoutMs?: number | undefined;
  readonly lockTimeoutMs?: number | undefined;
  readonly fsync?: "auto" | "always" | "never" | undefined;
  readonly progress?: "auto" | "tty" | "plain" | "json" | "none" | undefined;
  readonly color?: "auto" | "always" | "never" | undefined;
}
export interface UserConfigFiles {
  /** Written by `setUserValue`. */
  readonly user: string;
  readonly system: string;
}
export interface LoadedUserConfig {
  readonly config: UserConfig;
  /** Key, as in the file (`registries.ghcr.io` for a host), to the file that decided it. */
  readonly origins: ReadonlyMap<string, string>;
}
export const EMPTY_USER_CONFIG: UserConfig = { trustedStores: [], registries: new Map(), plugins: [] };
