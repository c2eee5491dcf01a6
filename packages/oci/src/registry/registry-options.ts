import type { HttpClient, RemoteLimits } from "@bale/spec";
import type { RegistryProfile } from "./registry-profile.js";

/** The `log` of a plugin's context. */
export type Log = (
  level: "debug" | "warn",
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

export interface RegistryRepositoryOptions {
  /** Host and port as in the reference. */
  readonly registry: string;
  readonly repository: string;
  readonly http: HttpClient;
  /** Scheme, host and port that answer for `registry`, for example `https://ghcr.io`. */
  readonly origin: string;
  /** Instead of what the profile says. */
  readonly limits?: Partial<RemoteLimits> | undefined;
  /** Default: `registryProfile(registry)`. */
  readonly profile?: RegistryProfile | undefined;
  /** Bytes; instead of the profile's. Also lowers its threshold. */
  readonly chunkSize?: number | undefined;
  readonly log?: Log | undefined;
  /** Tries of an upload or a tag write, each with requests that are themselves repeated where that is safe. Default `LIMITS.tries`. */
  readonly tries?: number | undefined;
  /** Milliseconds before the second try; doubled for each further one, with full jitter. Default 200. */
  readonly pauseMs?: number | undefined;
}
