export type { AuthorizeInput, Authorizer, ChallengeInput } from "./authorizer.js";
export { type ContentRange, parseContentRange } from "./content-range.js";
export { escapeTerminal } from "./escape-terminal.js";
export type { HttpOptions, OriginSettings, ProxySettings, RetryEvent } from "./http-options.js";
export { type HostKind, hostKind, isLoopbackHost } from "./ip-address.js";
export { type Link, parseLinkHeader, parseLinks } from "./link-header.js";
export { redactText, redactUrl } from "./redact.js";
export { registryOrigin } from "./registry-origin.js";
