import type { Credential } from "@bale/spec";

/** A credential that says where it came from, in the words of a message: `environment`, a file's name, a helper's name. */
export type SourcedCredential = Credential & {
  readonly source?: string | undefined;
  /**
   * It lay around for something else, and may not be meant for registries: where a token service refuses it, what is public is asked for without
   * it.
   */
  readonly ambient?: boolean | undefined;
};

/** As whom a credential speaks, for messages: user name and source, never a secret. */
export function describeCredential(credential: SourcedCredential): string {
  const source = credential.source === undefined ? "" : ` (${credential.source})`;
  if (credential.kind === "basic") return `${credential.username}${source}`;
  if (credential.kind === "anonymous") return "nobody";
  return `the holder of ${credential.kind === "bearer" ? "a token" : "an identity token"}${source}`;
}
