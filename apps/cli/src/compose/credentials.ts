import { resolve } from "node:path";
import {
  anonymous,
  chain,
  environmentCredentials,
  githubCredentials,
  memoize,
  staticCredentials,
} from "@bale/auth";
import { dockerCredentials } from "@bale/auth-docker";
import { BaleError, type CredentialProvider, secret } from "@bale/spec";
import type { Flags } from "../definition/flags.js";
import { usageError } from "../errors/usage-error.js";
import type { CommandIo } from "../terminal/command-io.js";

/** Credentials of one side of a command. */
export interface CredentialInput {
  readonly flags: Flags;
  /** `from-` for the source of a copy. */
  readonly prefix: "" | "from-";
  /** Origins of the registries that the command line names; only these get what it says. */
  readonly origins: readonly string[];
  /** Those among them for which BALE_USERNAME, BALE_PASSWORD and BALE_TOKEN count. */
  readonly environmentOrigins: readonly string[];
  readonly registryConfig: string | undefined;
  readonly cwd: string;
  readonly io: CommandIo;
}

async function readSecret(io: CommandIo, flag: string): Promise<string> {
  if (io.stdin.isTty)
    throw new BaleError({
      code: "USAGE",
      message: `--${flag} reads a pipe, and stdin is a terminal`,
      fix: `pipe it in: \`printf %s "$TOKEN" | bale ... --${flag}\``,
    });
  const text = (await io.stdin.readAll()).replace(/\r?\n$/, "");
  if (text === "") throw new BaleError({ code: "USAGE", message: `--${flag} found nothing on stdin` });
  return text;
}

/** What flags say: a user name with a password, or an identity token. */
async function commandLineCredentials({
  flags,
  prefix,
  origins,
  io,
}: CredentialInput): Promise<CredentialProvider | undefined> {
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
      identityToken: secret(await readSecret(io, `${prefix}identity-token-stdin`)),
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
  const password = secret(await readSecret(io, `${prefix}password-stdin`));
  return staticCredentials({ origins, username, password });
}

/** Command line, variables, what docker and podman have stored, GITHUB_TOKEN; then nobody. The first that knows an origin answers for it. */
export async function credentialsFor(input: CredentialInput): Promise<CredentialProvider> {
  const { io, cwd, environmentOrigins, registryConfig } = input;
  const given = await commandLineCredentials(input);
  const providers = [
    ...(given ? [given] : []),
    environmentCredentials(io.env, { forOrigins: environmentOrigins }),
    dockerCredentials({
      env: io.env,
      home: io.home,
      ...(registryConfig === undefined ? {} : { file: resolve(cwd, registryConfig) }),
    }),
    githubCredentials(io.env),
    anonymous(),
  ];
  return memoize(chain(...providers));
}
