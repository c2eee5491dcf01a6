export { anonymous } from "./anonymous.js";
export { type AuthOptions, auth } from "./auth.js";
export { basicHeader } from "./basic-header.js";
export { chain } from "./chain.js";
export { checkRealm, type RealmInput } from "./check-realm.js";
export { type AuthorizerOptions, createAuthorizer } from "./create-authorizer.js";
export {
  type Environment,
  type EnvironmentCredentialsOptions,
  environmentCredentials,
  environmentSuffix,
} from "./environment-credentials.js";
export { type GhCredentialsOptions, ghCredentials } from "./gh-credentials.js";
export { githubCredentials } from "./github-credentials.js";
export { type MemoizeOptions, memoize } from "./memoize.js";
export {
  askMetadataService,
  isMetadataHost,
  type MetadataAnswer,
  type MetadataRequest,
} from "./metadata-service.js";
export { type NoConfig, noConfig } from "./no-config.js";
export { fetchOauthToken, type OauthToken, type OauthTokenRequest } from "./oauth-token.js";
export { type Challenge, parseChallenges } from "./parse-challenges.js";
export { type RegistryCredentialsOptions, registryCredentials } from "./registry-credentials.js";
export { type ProgramCall, type ProgramOutcome, runProgram } from "./run-program.js";
export { scopesFor } from "./scopes.js";
export { createSharedFlight, type SharedFlight } from "./shared-flight.js";
export { describeCredential, type SourcedCredential } from "./sourced-credential.js";
export { type StaticCredentialsOptions, staticCredentials } from "./static-credentials.js";
