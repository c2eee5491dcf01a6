import { escapeTerminal, redactText } from "@bale/http";
import { BaleError, type BaleErrorInit, type Retry } from "@bale/spec";
import type { S3Config } from "../config.js";
import type { Failure } from "./failure.js";
import { type Operation, PERMISSIONS } from "./operation.js";

export interface FailedRequest {
  readonly operation: Operation;
  /** `undefined` for a listing. */
  readonly key?: string | undefined;
  readonly config: Pick<S3Config, "bucket" | "region" | "endpoint">;
  /** Whose keys signed, in the words of a message: a variable's or profile's name, never a key. */
  readonly signedAs: string;
  readonly now: Date;
}

type Draft = Pick<BaleErrorInit, "code" | "fix" | "retry"> & { readonly why: string };

// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, and what gateways were seen to answer.
const THROTTLED =
  /^(?:SlowDown|Throttl|TooManyRequests|RequestLimitExceeded|BandwidthLimitExceeded|ServiceUnavailable|Busy|ServerBusy)/;
const EXPIRED = /^(?:ExpiredToken|TokenRefreshRequired|RequestExpired)/;
const WRONG_KEY =
  /^(?:InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|InvalidSecurity|InvalidClientTokenId|UnrecognizedClient|MissingSecurityHeader|AuthorizationQueryParametersError|NotSignedUp|XAdminUserNotFound)/;
const SKEWED = /^(?:RequestTimeTooSkewed|RequestInTheFuture)$/;
const ELSEWHERE =
  /^(?:PermanentRedirect|TemporaryRedirect|Redirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException)$/;
// The bytes were damaged on their way: what was announced is what was read, the source is hashed apart from this.
const DAMAGED =
  /^(?:BadDigest|InvalidDigest|XAmzContentSHA256Mismatch|XAmzContentChecksumMismatch|IncompleteBody)$/;
const FULL =
  /^(?:QuotaExceeded|InsufficientStorage|XMinioStorageFull|XMinioAdminBucketQuotaExceeded|OverQuota)/;

// The server repeats the request that it did not like, which may hold a session token.
const SILENT = /^(?:SignatureDoesNotMatch|InvalidToken|ExpiredToken)/;

function words({ code, message, status }: Failure): string {
  const said = code === "" ? `it answered ${status}` : `it answered ${status} ${code}`;
  const own =
    SILENT.test(code) || /^UnknownError$|deserialization/i.test(message) ? "" : message.split("\n")[0];
  return own ? `${said}: ${escapeTerminal(redactText(own), 240)}` : said;
}

function clock(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}

function elsewhere(failure: Failure, request: FailedRequest): Draft {
  const { bucket, endpoint, region } = request.config;
  const wrong = failure.region === undefined || failure.region === region;
  if (wrong)
    return {
      code: "CONFIG_INVALID",
      why: `the bucket ${bucket} is to be asked at another address; ${words(failure)}`,
      fix:
        endpoint === undefined
          ? `correct the region of the store in bale.yaml; \`aws s3api get-bucket-location --bucket ${bucket}\` tells it`
          : "correct endpoint, region or pathStyle of the store in bale.yaml",
    };
  return {
    code: "CONFIG_INVALID",
    why: `the bucket ${bucket} is in ${failure.region}, not in ${region ?? "us-east-1"}`,
    fix: `set \`region: ${failure.region}\` for the store in bale.yaml`,
  };
}

function denied(failure: Failure, request: FailedRequest): Draft {
  const { signedAs, operation, now } = request;
  const { code, serverTime } = failure;
  // The SDK has seen that the clocks differ, and signs the next try with the store's time.
  const again = failure.clockCorrected ? { retry: { kind: "safe" } as const } : {};
  if (SKEWED.test(code)) {
    const theirs = serverTime ? `the store's ${clock(serverTime)}` : "the store's is another";
    return {
      code: "AUTH_FAILED",
      why: `this machine's clock says ${clock(now)}, ${theirs}`,
      fix: "set this machine's clock, then repeat the command",
      ...again,
    };
  }
  if (EXPIRED.test(code))
    return {
      code: "AUTH_FAILED",
      why: `the session of ${signedAs} has ended; ${words(failure)}`,
      fix: "sign in again, for example with `aws sso login`",
    };
  if (WRONG_KEY.test(code))
    return {
      code: "AUTH_FAILED",
      why: `the store did not accept ${signedAs}; ${words(failure)}`,
      fix: "check the keys, the region and the endpoint of the store",
    };
  return {
    code: "DENIED",
    why: `asked with ${signedAs}; ${words(failure)}`,
    fix: `allow ${PERMISSIONS[operation]} on the bucket, or use other credentials`,
    ...again,
  };
}

function busy(failure: Failure, code: "RATE_LIMITED" | "SERVER", retry: Retry): Draft {
  return {
    code,
    why: words(failure),
    retry: failure.retryAfter === undefined ? retry : { kind: "after", milliseconds: failure.retryAfter },
    fix: "repeat the command after a while",
  };
}

function draft(failure: Failure, request: FailedRequest): Draft {
  const { code, status = 0 } = failure;
  const { bucket } = request.config;
  // A store that throttles wants more than the usual first pause.
  if (THROTTLED.test(code) || status === 429 || status === 503)
    return busy(failure, "RATE_LIMITED", { kind: "after", milliseconds: 1000 });
  if (FULL.test(code) || status === 507)
    return { code: "SERVER", why: `the store has no room; ${words(failure)}`, retry: { kind: "never" } };
  if (code === "RequestTimeout" || status === 408) return { code: "TIMEOUT", why: words(failure) };
  if (DAMAGED.test(code))
    return {
      code: "STORE_CORRUPT",
      why: `other bytes came to the store than were sent; ${words(failure)}`,
      retry: { kind: "safe" },
      fix: "look for a proxy or gateway in between that changes them",
    };
  if (code === "NoSuchBucket")
    return {
      code: "NOT_FOUND",
      why: `there is no bucket ${bucket}`,
      fix: "make the bucket, or correct the store in bale.yaml",
    };
  if (ELSEWHERE.test(code) || (status >= 300 && status < 400)) return elsewhere(failure, request);
  if (code === "InvalidObjectState")
    return {
      code: "CAPABILITY_MISSING",
      why: `the object is archived; ${words(failure)}`,
      fix: "restore it, or wait until its restoration is done",
    };
  if (status === 401 || status === 403 || EXPIRED.test(code) || WRONG_KEY.test(code) || /^KMS\./.test(code))
    return denied(failure, request);
  if (status === 404) return { code: "NOT_FOUND", why: words(failure) };
  if (code === "EntityTooLarge" || status === 413)
    return { code: "TOO_LARGE", why: words(failure), fix: "use a store that takes larger objects" };
  if (status === 416) return { code: "RANGE_INVALID", why: words(failure) };
  // Another writer of the same key is at it; soon there is an object, or none.
  if (code === "ConditionalRequestConflict" || code === "OperationAborted")
    return { code: "STORE_CONFLICT", why: words(failure), retry: { kind: "after", milliseconds: 500 } };
  if (status === 412) return { code: "STORE_CONFLICT", why: words(failure) };
  if (status >= 500 && status !== 501) return busy(failure, "SERVER", { kind: "safe" });
  // A good status, and a body that is none: something in between, or the server, fell over.
  if (status < 300)
    return { code: "SERVER", why: `its answer could not be read (${status})`, retry: { kind: "safe" } };
  return { code: "CAPABILITY_MISSING", why: words(failure) };
}

/** One error for an answer that is a failure. Its `codes` are S3's own; see `isRefusal`. */
export function explainFailure(failure: Failure, request: FailedRequest): BaleError {
  const { operation, key, config } = request;
  return new BaleError({
    message: `${operation} of s3://${config.bucket}${key === undefined ? "" : `/${key}`} failed`,
    context: {
      bucket: config.bucket,
      operation,
      ...(key === undefined ? {} : { key }),
      ...(config.endpoint === undefined ? {} : { endpoint: config.endpoint }),
      ...(failure.status === undefined ? {} : { status: failure.status }),
      ...(failure.code === "" ? {} : { codes: [failure.code] }),
      ...(failure.requestId === undefined ? {} : { requestId: failure.requestId }),
    },
    ...draft(failure, request),
    // No cause: the SDK's error holds the request, and what the server repeats of it.
  });
}

/** Whether an error is the store's answer with one of these codes of S3. */
export function isRefusal(error: unknown, ...codes: readonly string[]): error is BaleError {
  if (!BaleError.is(error)) return false;
  const given = error.context["codes"];
  return Array.isArray(given) && given.some((code) => codes.includes(String(code)));
}

/** The status of the answer that an error stands for. */
export function statusOf(error: unknown): number | undefined {
  const status = BaleError.is(error) ? error.context["status"] : undefined;
  return typeof status === "number" ? status : undefined;
}
