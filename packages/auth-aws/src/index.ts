export type { AwsIdentity } from "./aws-identity.js";
export type { EcrConfig } from "./config.js";
export { type EcrCredentialsOptions, ecrCredentials } from "./ecr-credentials.js";
export { type EcrRegistry, parseEcrHost } from "./ecr-host.js";
export { type AuthAwsOptions, authAws, authAws as default } from "./plugin.js";
