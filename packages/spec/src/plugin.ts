import type { BlobDriver } from "./blob-driver.js";
import type { CallOptions } from "./bytes.js";
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
/** What a schema of Standard Schema version 1 answers (standardschema.dev): a value, or issues. */
export type StandardResult<Config> =
  | { readonly value: Config; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };
/** The part of Standard Schema version 1 that is used: schemas of zod, valibot, arktype and others have it. */
export interface StandardSchema<Config> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Config> | Promise<StandardResult<Config>>;
  };
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
  /** With both forms in one object, as zod has them, the standard one counts. */
  readonly config: ConfigSchema<Config> | StandardSchema<Config>;
  /** Method syntax on purpose: its bivariance lets one list hold many Config types, and is safe because
   *  the host only ever passes what this same contribution's `config` returned. */
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
  /** Every repository that ever left a marker. Garbage is collected only where this is there. */
  listUsers?(driver: BlobDriver, options?: CallOptions): AsyncIterable<string>;
}
export interface CredentialContribution<Config = unknown> extends Contribution<Config, CredentialProvider> {
  readonly id: string;
  /**
   * Names of the hosts that it can know, without a port; `*` stands for one part between dots: `*.dkr.ecr.*.amazonaws.com`.
   * It is asked for no other. Absent: it may know any.
   */
  readonly hosts?: readonly string[] | undefined;
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

export interface DeclaredCredential {
  readonly id: string;
  readonly hosts?: readonly string[] | undefined;
}
/** What a package says of its plugin without any of its code: the member `bale` of its package.json. */
export interface PluginManifest {
  readonly specVersion: number;
  /** Types of stores. */
  readonly blobs?: readonly string[] | undefined;
  readonly credentials?: readonly DeclaredCredential[] | undefined;
  /** Schemes of remotes. */
  readonly remotes?: readonly string[] | undefined;
}
/** A plugin whose code is loaded when something that it serves is first needed. */
export interface LazyPlugin {
  readonly name: string;
  /** Absent: what it serves is known once it is loaded, which happens as soon as something is wanted that no other plugin declares. */
  readonly manifest?: PluginManifest | undefined;
  /** Gives the plugin; it is checked like any other. Called again after a failure. */
  readonly load: () => Promise<unknown>;
}
