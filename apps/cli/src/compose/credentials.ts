import { anonymous, chain, memoize } from "@bale/auth";
import type { CredentialProvider } from "@bale/spec";
import { type CommandLineInput, commandLineCredentials } from "./command-line-credentials.js";

/** Credentials of one side of a command. */
export interface CredentialInput extends CommandLineInput {
  /** All other sources, in their order. */
  readonly sources: readonly CredentialProvider[];
}

/** The command line, then every other source; then nobody. The first that knows an origin answers for it. @throws BaleError `USAGE` */
export async function credentialsFor(input: CredentialInput): Promise<CredentialProvider> {
  const given = await commandLineCredentials(input);
  return memoize(chain(...(given ? [given] : []), ...input.sources, anonymous()));
}
