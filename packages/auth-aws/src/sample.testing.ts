import type { CredentialProvider, CredentialRequest } from "@bale/spec";
import type { Asked, Cloud, Reply } from "@bale/tooling-cloud";
import { type EcrCredentialsOptions, ecrCredentials } from "./ecr-credentials.js";

export const PRIVATE_HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
export const KEYS = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "s3cr3t-key/+",
  AWS_SESSION_TOKEN: "s3cr3t-session",
};
/** 2026-01-02 03:04:05 UTC. */
export const NOW = 1_767_323_045_000;
export const LIFE_SECONDS = 12 * 3600;

export const at = (host: string, actions: CredentialRequest["actions"] = ["pull"]): CredentialRequest => ({
  origin: `https://${host}`,
  repository: "acme/app",
  actions,
});

/** What ECR, or ECR Public, answers with: see the API references of GetAuthorizationToken. */
export function tokenReply(asked: Asked, password = "s3cr3t-password"): Reply {
  const entry = {
    authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
    expiresAt: NOW / 1000 + LIFE_SECONDS + 0.25,
  };
  const isPublic = asked.headers["x-amz-target"]?.startsWith("SpencerFrontendService.");
  return {
    headers: { "content-type": "application/x-amz-json-1.1" },
    body: {
      authorizationData: isPublic ? entry : [{ ...entry, proxyEndpoint: `https://${PRIVATE_HOST}` }],
    },
  };
}

export function errorReply(type: string, message: string, status = 400): Reply {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.1" },
    body: { __type: type, message },
  };
}

export function providerOf(cloud: Cloud, options: Partial<EcrCredentialsOptions> = {}): CredentialProvider {
  return ecrCredentials({
    http: cloud.http,
    env: KEYS,
    now: () => NOW,
    random: () => 0,
    sleep: async () => {},
    ...options,
  });
}
