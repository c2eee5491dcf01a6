import { escapeTerminal, redactText } from "@bale/http";
import { BaleError, type PluginContext } from "@bale/spec";
import type { AwsIdentity, SourcedIdentity } from "./aws-identity.js";

export interface FindIdentityOptions {
  readonly env: PluginContext["env"];
  readonly log?: PluginContext["log"] | undefined;
  readonly profile?: string | undefined;
  readonly credentials?: (() => Promise<AwsIdentity>) | undefined;
  /** Where roles are assumed, unless the profile says otherwise: the partition must be that of the registry. */
  readonly region: string;
}

const NOTHING_FOUND = "Could not load credentials from any providers";

/** The first line of what the SDK says. What a program of the user's printed, or was called with, may be secret. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
  if (/^Command failed|credential_process/.test(message)) return "the profile's credential_process failed";
  return message === "" ? "the AWS SDK does not say why" : escapeTerminal(redactText(message), 300);
}

function failed(source: string, error: unknown): BaleError {
  return new BaleError({
    code: "AUTH_FAILED",
    message: `no AWS credentials from ${source}`,
    why: wordsOf(error),
    fix: "check them with `aws sts get-caller-identity`; for single sign-on, run `aws sso login`",
    context: { source },
  });
}

function fromEnvironment(env: PluginContext["env"]): AwsIdentity | undefined {
  const accessKeyId = env["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = env["AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: env["AWS_SESSION_TOKEN"] || undefined };
}

/** The default chain of the AWS SDK, which is loaded only here. It reads the process's own environment and the files of `~/.aws`. */
async function fromChain(
  options: FindIdentityOptions,
  profile: string | undefined,
): Promise<AwsIdentity | undefined> {
  const { region } = options;
  const { providerChain } = await import("./provider-chain.js");
  const ignore = (): void => {};
  const warn = (message: unknown): void =>
    options.log?.("warn", escapeTerminal(redactText(String(message).replace(/\s+/g, " "))));
  const chain = providerChain({
    ...(profile === undefined ? {} : { profile }),
    parentClientConfig: { region },
    logger: { debug: ignore, info: ignore, warn, error: ignore },
  });
  try {
    return await chain();
  } catch (error) {
    if (profile === undefined && error instanceof Error && error.message === NOTHING_FOUND) return undefined;
    throw error;
  }
}

/**
 * Keys of AWS: what a program passed in, else AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY unless a profile is named, else the
 * default chain of the AWS SDK. `undefined` where nothing is configured.
 * @throws BaleError `AUTH_FAILED` naming the source, where one is configured and does not give any
 */
export async function findIdentity(options: FindIdentityOptions): Promise<SourcedIdentity | undefined> {
  const { credentials, env } = options;
  const profile = options.profile ?? (env["AWS_PROFILE"] || undefined);
  const keys = credentials || profile !== undefined ? undefined : fromEnvironment(env);
  if (keys) return { identity: keys, source: "AWS_ACCESS_KEY_ID" };
  const source = credentials
    ? "the credentials passed in"
    : profile === undefined
      ? "the AWS default chain"
      : `the AWS profile ${escapeTerminal(profile, 100)}`;
  try {
    const identity = credentials ? await credentials() : await fromChain(options, profile);
    return identity && { identity, source };
  } catch (error) {
    throw failed(source, error);
  }
}
