import { staticCredentials } from "@bale/auth";
import { BaleError, type CredentialProvider, secret } from "@bale/spec";
import type { Flags } from "../definition/flags.js";
import { usageError } from "../errors/usage-error.js";
import type { CommandIo } from "../terminal/command-io.js";
import { readPipedSecret } from "../terminal/piped-secret.js";

export interface CommandLineInput {
  readonly flags: Flags;
  /** `from-` for the source of a copy. */
  readonly prefix: "" | "from-";
  /** Origins of the registries that the command line names; only these get what it says. */
  readonly origins: readonly string[];
  readonly io: CommandIo;
}

/** What flags say: a user name with a password, or an identity token. @throws BaleError `USAGE` */
export async function commandLineCredentials({
  flags,
  prefix,
  origins,
  io,
}: CommandLineInput): Promise<CredentialProvider | undefined> {
  const username = flags.text(`${prefix}username`);
  const wantsPassword = flags.has(`${prefix}password-stdin`);
  const wantsToken = flags.has(`${prefix}identity-token-stdin`);
  if (username === undefined && !wantsPassword && !wantsToken) return undefined;
  if (wantsPassword && wantsToken)
    throw usageError("stdin holds one secret: a password or an identity token", "bale help auth");
  if (origins.length === 0)
    throw new BaleError({
      code: "USAGE",
      message: "credentials were given, and no registry is named that they could be for",
      fix: "name the registry: `bale pull ghcr.io/acme/app:v1`",
    });
  if (wantsToken)
    return staticCredentials({
      origins,
      identityToken: secret(await readPipedSecret(io, `${prefix}identity-token-stdin`)),
    });
  if (username === undefined)
    throw usageError(`--${prefix}password-stdin wants --${prefix}username as well`, "bale help auth");
  if (!wantsPassword)
    throw new BaleError({
      code: "USAGE",
      message: `--${prefix}username wants a password`,
      why: "a password on a command line can be read by everybody on the machine, so there is no flag for it",
      fix: `pipe it in with --${prefix}password-stdin, or set BALE_USERNAME and BALE_PASSWORD`,
    });
  const password = secret(await readPipedSecret(io, `${prefix}password-stdin`));
  return staticCredentials({ origins, username, password });
}
