import { BaleError, type BaleErrorInit } from "@bale/spec";
import type { EcrRegistry } from "./ecr-host.js";

export interface EcrFailure {
  readonly host: string;
  readonly registry: EcrRegistry;
  /** Whose keys were used, by the name of their source. */
  readonly source: string;
}

const THROTTLED = /throttl|TooManyRequests|RequestLimitExceeded|SlowDown/i;
const EXPIRED = /ExpiredToken|TokenRefreshRequired/;
const FORBIDDEN = /AccessDenied|UnauthorizedOperation|NotAuthorized/;
const REFUSED =
  /UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken|InvalidAccessKeyId|AuthFailure|RequestExpired|OptInRequired/;

export function isThrottled(type: string): boolean {
  return THROTTLED.test(type);
}

/**
 * The error of an answer with an error type. What the service says beside it is left out: for a signature that does not match it
 * repeats the request, session token included.
 */
export function refusal(failure: EcrFailure, status: number, type: string): BaleError {
  const { host, registry, source } = failure;
  const { apiHost, region, service } = registry;
  const context = {
    host: apiHost,
    registry: host,
    region,
    source,
    ...(type === "" ? {} : { codes: [type] }),
  };
  const why = `${apiHost} answered ${status}${type === "" ? "" : ` ${type}`}`;
  const refused = (more: Pick<BaleErrorInit, "message" | "fix">): BaleError =>
    new BaleError({ code: "AUTH_FAILED", why, context, ...more });
  if (isThrottled(type))
    return new BaleError({
      code: "RATE_LIMITED",
      message: `AWS asks for fewer requests for a token of ${host}`,
      why,
      fix: "repeat the command after a while",
      context,
    });
  if (FORBIDDEN.test(type))
    return refused({
      message: `AWS does not let ${source} have a token for ${host}`,
      fix: `allow the action ${service}:GetAuthorizationToken${registry.kind === "public" ? " and sts:GetServiceBearerToken" : ""}`,
    });
  if (EXPIRED.test(type))
    return refused({
      message: `the AWS session of ${source} has ended`,
      fix: "sign in again, for example with `aws sso login`",
    });
  if (REFUSED.test(type) || status === 401 || status === 403)
    return refused({
      message: `AWS did not accept ${source} for a token of ${host}`,
      fix: `check them with \`aws sts get-caller-identity --region ${region}\`, and that this machine's clock is right`,
    });
  return unusable(failure, why);
}

/** No answer, or none that can be used. */
export function unusable(failure: EcrFailure, why: string, cause?: BaleError): BaleError {
  const { host, registry, source } = failure;
  return new BaleError({
    code: "AUTH_SERVICE",
    message: `no token for ${host} from ${registry.apiHost} with ${source}`,
    why,
    fix: `check that ${registry.region} is a region of ECR and can be reached from here, or try again later`,
    context: { host: registry.apiHost, registry: host, region: registry.region, source },
    ...(cause ? { retry: cause.retry } : {}),
    // What a server says beside its status may repeat the request.
    ...(cause && !("status" in cause.context) ? { cause } : {}),
  });
}
