import type { BlobDriver } from "./blob-driver.js";
import type { CredentialProvider } from "./credentials.js";
import type { HttpClient } from "./http-client.js";
import type { RemoteRepository } from "./remote.js";
import type { Result } from "./result.js";

export interface ConfigIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}
export interface ConfigSchema<Config> {
  parse(input: unknown): Result<Config, readonly ConfigIssue[]>;
}
/** Everything that a plugin may reach. No process globals: tests pass a different one. */
export interface PluginContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Answers only for the origins in this plugin's own configuration. */
  readonly credentials: CredentialProvider;
  readonly http: HttpClient;
  readonly log: (
    level: "debug" | "warn",
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
}
export interface Contribution<Config, Service> {
  readonly config: ConfigSchema<Config>;
  /** Method syntax on purpose: its bivariance lets one list hold many Config types, and is safe because
   *  the host only ever passes what this same contribution's `config.parse` returned. */
  open(config: Config, context: PluginContext): Promise<Service>;
}
/** Whether an index may lead to this store without the user's consent. The fix of a refusal is the line to paste into `trustedStores`. */
export interface StoreTrust {
  readonly kind: "public" | "needs-consent";
  /** Canonical text of the store: what a line in the user's `trustedStores` must equal, for example `s3://bucket/prefix`. */
  readonly line: string;
}
export interface BlobContribution<Config = unknown> extends Contribution<Config, BlobDriver> {
  /** The `type` of a store in `bale.yaml` and in the root. */
  readonly scheme: string;
  /** Pure. */
  trust(config: Config): StoreTrust;
  /** The members that go into the root of a bundle: no secret, no endpoint with credentials. */
  describe(config: Config): Readonly<Record<string, string | number | boolean>>;
  /** Writes the `users/` marker of a repository; absent where the store needs none. */
  markUser?(driver: BlobDriver, user: string): Promise<void>;
}
export interface CredentialContribution<Config = unknown> extends Contribution<Config, CredentialProvider> {
  readonly id: string;
}
/** `scheme` is `registry` or `oci`; `location` the part of a reference before tag and digest. */
export interface RemoteLocation {
  readonly scheme: string;
  readonly registry: string;
  readonly repository: string;
}
export interface RemoteContribution {
  readonly scheme: string;
  open(location: RemoteLocation, context: PluginContext): Promise<RemoteRepository>;
}

/** Declarative: the host can list, validate and refuse a plugin before running any of it. */
export interface Plugin {
  readonly specVersion: 1;
  readonly name: string;
  readonly blobs?: readonly BlobContribution[] | undefined;
  readonly credentials?: readonly CredentialContribution[] | undefined;
  readonly remotes?: readonly RemoteContribution[] | undefined;
}
