import { setTimeout as wait } from "node:timers/promises";
import { registryCredentials } from "@bale/auth";
import { BaleError, type CredentialProvider, type HttpClient, type PluginContext } from "@bale/spec";
import type { AwsIdentity } from "./aws-identity.js";
import { parseEcrHost } from "./ecr-host.js";
import { fetchToken } from "./fetch-token.js";
import { findIdentity } from "./find-identity.js";

export interface EcrCredentialsOptions {
  /** Must have no authorizer that adds headers of its own to requests without `access`. */
  readonly http: Pick<HttpClient, "request">;
  readonly env: PluginContext["env"];
  readonly log?: PluginContext["log"] | undefined;
  /** A profile of `~/.aws/config`; default AWS_PROFILE. */
  readonly profile?: string | undefined;
  /** Keys of your own finding, in place of all that is looked for. */
  readonly credentials?: (() => Promise<AwsIdentity>) | undefined;
  /** Wall-clock milliseconds: signatures are dated. */
  readonly now?: (() => number) | undefined;
  readonly random?: (() => number) | undefined;
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

function missing(host: string): BaleError {
  return new BaleError({
    code: "AUTH_FAILED",
    message: `no AWS credentials for ${host}`,
    why: "looked for AWS_ACCESS_KEY_ID, for a profile, and for what the AWS SDK finds on this machine",
    fix: "run `aws configure sso` or `aws configure`, or set AWS_PROFILE",
    context: { registry: host },
  });
}

/**
 * Users and passwords for Amazon ECR, private and public, each for about 12 hours. Nothing is answered for other hosts, nor for a
 * pull from ECR Public where no AWS credentials are configured.
 * `resolve` @throws BaleError `AUTH_FAILED`, `AUTH_SERVICE`, `RATE_LIMITED`, `INTERRUPTED`
 */
export function ecrCredentials(options: EcrCredentialsOptions): CredentialProvider {
  const { http, env, log, profile, credentials, now = Date.now, random = Math.random } = options;
  const sleep =
    options.sleep ?? ((ms: number, signal?: AbortSignal) => wait(ms, undefined, signal ? { signal } : {}));
  return registryCredentials({
    id: "ecr",
    serves: (host) => parseEcrHost(host) !== undefined,
    mayBePublic: (host) => parseEcrHost(host)?.kind === "public",
    missing,
    now,
    obtain: async (host, { signal }) => {
      const registry = parseEcrHost(host);
      const found =
        registry && (await findIdentity({ env, log, profile, credentials, region: registry.region }));
      if (!found) return undefined;
      const { identity, source } = found;
      const token = await fetchToken({ http, host, registry, identity, source, now, random, sleep, signal });
      log?.("debug", "got a token from AWS", {
        registry: host,
        source,
        expiresAt: token.expiresAt.toISOString(),
      });
      return { kind: "basic", ...token, source };
    },
  });
}
