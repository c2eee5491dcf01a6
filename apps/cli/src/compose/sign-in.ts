import type { DockerOptions } from "@bale/auth-docker";
import type { CredentialProvider } from "@bale/spec";

/** What `bale login` and `bale logout` work on. */
export interface SignIn {
  readonly originOf: (registry: string) => string;
  /** Where credentials are stored. */
  readonly docker: DockerOptions;
  /** Everything that may know credentials beside the command line, in the order in which it is asked. */
  readonly sources: readonly CredentialProvider[];
}
