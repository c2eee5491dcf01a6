import type { AbsentHint } from "@bale/plugin-host";
import type { CredentialProvider, HttpClient, LazyPlugin, Plugin } from "@bale/spec";

/** What the user's own configuration decides; a project or a bundle never does. */
export interface UserSettings {
  /** Completes short names: `ghcr.io/acme`. */
  readonly defaultRegistry?: string | undefined;
  /** Stores outside the providers' public endpoints that an index may lead to, line by line. */
  readonly trustedStores?: readonly string[] | undefined;
  /** `strict`: every store needs a line in `trustedStores`. */
  readonly stores?: "strict" | undefined;
}
/** What a client is made of. It reads nothing of the environment: all of it is given here. */
export interface ClientOptions {
  /** Remotes, stores and credentials: nothing is built in. */
  readonly plugins: readonly (Plugin | LazyPlugin)[];
  /** What an error says of a store, remote or source of credentials that no plugin serves: which package would. */
  readonly absentPlugin?: AbsentHint | undefined;
  readonly http: HttpClient;
  readonly credentials?: CredentialProvider | undefined;
  /** What plugins may read of the environment. Empty by default. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly user?: UserSettings | undefined;
  /** Transfers at once. Default 6 down, 4 up. */
  readonly concurrency?: number | undefined;
  readonly fsync?: "auto" | "always" | "never" | undefined;
  /** Milliseconds to wait for another process's lock. Default 60,000. */
  readonly lockTimeoutMs?: number | undefined;
  /** No request is made; what needs one fails with `OFFLINE`. */
  readonly offline?: boolean | undefined;
  /** One line that the user should see, such as a history that breaks off. */
  readonly onNotice?: ((text: string) => void) | undefined;
  /** Told what plugins and retries say of themselves; nothing in it is secret. */
  readonly log?:
    | ((level: "debug" | "warn", message: string, fields?: Readonly<Record<string, unknown>>) => void)
    | undefined;
}
