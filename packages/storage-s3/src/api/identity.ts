import { escapeTerminal, redactText } from "@bale/http";
import { BaleError, type PluginContext } from "@bale/spec";
import type { StorageS3Options } from "../options.js";

/** Keys of AWS, as its SDK has them: any provider of `@aws-sdk/credential-providers` can stand in. */
export interface AwsIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
}
/** How requests are to be signed. */
export interface IdentityChoice {
  /** `undefined`: by the SDK's own chain. */
  readonly credentials?: (() => Promise<AwsIdentity>) | undefined;
  readonly profile?: string | undefined;
  /** In the words of a message. */
  readonly source: string;
}

function fromEnvironment(env: PluginContext["env"]): AwsIdentity | undefined {
  const accessKeyId = env["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = env["AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: env["AWS_SESSION_TOKEN"] || undefined };
}

/** What a program passed in, else the keys of the environment unless a profile is named, else the SDK's default chain. */
export function chooseIdentity(
  env: PluginContext["env"],
  options: Pick<StorageS3Options, "credentials" | "profile">,
): IdentityChoice {
  const { credentials } = options;
  if (credentials) return { credentials, source: "the credentials passed in" };
  const profile = options.profile ?? (env["AWS_PROFILE"] || undefined);
  const keys = profile === undefined ? fromEnvironment(env) : undefined;
  if (keys) return { credentials: async () => keys, source: "AWS_ACCESS_KEY_ID" };
  return profile === undefined
    ? { source: "the AWS default chain" }
    : { profile, source: `the AWS profile ${escapeTerminal(profile, 100)}` };
}

/** Whether the SDK's chain says that nothing at all is configured, which is no failure: a public bucket can still be read. */
export function isNothingFound(choice: IdentityChoice, error: unknown): boolean {
  return (
    choice.credentials === undefined &&
    choice.profile === undefined &&
    error instanceof Error &&
    /could not load credentials from any providers/i.test(error.message)
  );
}

/** The first line of what the SDK says. What a program of the user's printed, or was called with, may be secret. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
  if (/^Command failed|credential_process/.test(message)) return "the profile's credential_process failed";
  return message === "" ? "the AWS SDK does not say why" : escapeTerminal(redactText(message), 300);
}

export function identityFailed(choice: IdentityChoice, error: unknown): BaleError {
  if (BaleError.is(error)) return error;
  return new BaleError({
    code: "AUTH_FAILED",
    message: `no AWS credentials from ${choice.source}`,
    why: wordsOf(error),
    fix: "check them with `aws sts get-caller-identity`; for single sign-on, run `aws sso login`",
    context: { source: choice.source },
  });
}
