import type { CredentialContribution, Plugin } from "@bale/spec";
import type { AwsIdentity } from "./aws-identity.js";
import { type EcrConfig, ecrConfig } from "./config.js";
import { ecrCredentials } from "./ecr-credentials.js";

export interface AuthAwsOptions {
  /** A profile of `~/.aws/config`; a profile in the configuration comes first, AWS_PROFILE last. */
  readonly profile?: string | undefined;
  /** Keys of your own finding, in place of all that is looked for. */
  readonly credentials?: (() => Promise<AwsIdentity>) | undefined;
}

/** As in the member `bale` of package.json: bale asks for no other hosts. */
const HOSTS: readonly string[] = [
  "*.dkr.ecr*.*.amazonaws.com",
  "*.dkr.ecr*.*.amazonaws.com.cn",
  "*.dkr.ecr*.*.amazonaws.eu",
  "*.dkr-ecr*.*.on.aws",
  "*.dkr-ecr*.*.on.amazonwebservices.com.cn",
  "public.ecr.aws",
  "ecr-public.aws.com",
];

function contribution(options: AuthAwsOptions): CredentialContribution<EcrConfig> {
  return {
    id: "ecr",
    hosts: HOSTS,
    config: ecrConfig,
    open: async (config, { env, http, log }) =>
      ecrCredentials({
        env,
        http,
        log,
        profile: config.profile ?? options.profile,
        credentials: options.credentials,
      }),
  };
}

/**
 * Sign-in to Amazon ECR and ECR Public.
 *
 * @example
 * host.use(authAws());
 * const provider = await host.openCredentials("ecr", { profile: "work" });
 */
export function authAws(options: AuthAwsOptions = {}): Plugin {
  return {
    specVersion: 1,
    name: "@bale/auth-aws",
    credentials: [contribution(options) as CredentialContribution],
  };
}
