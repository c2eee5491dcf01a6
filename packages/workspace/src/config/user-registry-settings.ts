import type { JsonValue } from "@bale/spec";

/** Where credentials come from: `anonymous`, or a source with what its own configuration wants. */
export type UserCredentials = "anonymous" | { readonly source: string; readonly [member: string]: JsonValue };

/** Another registry that serves the same content. */
export interface UserMirror {
  /** Host, with a port and a prefix of the repository's name if there are such: `mirror.example:5000/hub`. */
  readonly at: string;
  /** Whether tags are looked up there as well; without it, a tag is what the registry itself says. */
  readonly tags?: boolean | undefined;
}
/** What a user sets for one registry host, or for a namespace of it. */
export interface UserRegistrySettings {
  /** http instead of https. Of a host only. */
  readonly plainHttp?: boolean | undefined;
  /** Skips verification of the server's certificate. */
  readonly insecure?: boolean | undefined;
  /** PEM files. */
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly envelope?: "native" | "compatible" | undefined;
  /** Bytes of a chunk of an upload. */
  readonly chunkSize?: number | undefined;
  /** Most requests at once. */
  readonly concurrency?: number | undefined;
  /** Requests for a time, such as `10/s`; see `parseRateLimit`. */
  readonly rateLimit?: string | undefined;
  /** Asked in this order before the registry itself, for what is named by a digest. */
  readonly mirrors?: readonly (string | UserMirror)[] | undefined;
  readonly credentials?: UserCredentials | undefined;
}

/** Every member of `UserRegistrySettings`. */
export const REGISTRY_MEMBERS: readonly (keyof UserRegistrySettings)[] = [
  "plainHttp",
  "insecure",
  "caFile",
  "certFile",
  "keyFile",
  "envelope",
  "chunkSize",
  "concurrency",
  "rateLimit",
  "mirrors",
  "credentials",
];
