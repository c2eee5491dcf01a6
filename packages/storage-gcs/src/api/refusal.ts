import { clockSkew, escapeTerminal, redactText } from "@bale/http";
import { BaleError, type ErrorCode, type HttpResponse, LIMITS, type Retry } from "@bale/spec";

/** What was asked, for messages. */
export interface Asked {
  readonly bucket: string;
  readonly anonymous: boolean;
  readonly now: number;
}

interface Words {
  readonly reason: string | undefined;
  readonly message: string | undefined;
}

const REASON = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const LONGEST_MESSAGE = 300;

/** Where the reason of an error says more than its status ("HTTP status and error codes for JSON"). */
const BY_REASON: Readonly<Record<string, ErrorCode>> = {
  authError: "AUTH_FAILED",
  required: "AUTH_FAILED",
  rateLimitExceeded: "RATE_LIMITED",
  userRateLimitExceeded: "RATE_LIMITED",
  // What is held or kept for a time is there, and stays as it is.
  objectUnderActiveHold: "STORE_CONFLICT",
  retentionPolicyNotMet: "STORE_CONFLICT",
  uploadTooLarge: "TOO_LARGE",
  userProjectMissing: "DENIED",
};
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: "AUTH_FAILED",
  403: "DENIED",
  404: "NOT_FOUND",
  409: "STORE_CONFLICT",
  412: "STORE_CONFLICT",
  413: "TOO_LARGE",
  416: "RANGE_INVALID",
};

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** Reads `{ "error": { "message", "errors": [{ "reason" }] } }`; anything else says nothing. */
function wordsIn(body: string): Words {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { reason: undefined, message: undefined };
  }
  const { errors, message } = object(object(value)["error"]);
  const { reason } = object(Array.isArray(errors) ? errors[0] : undefined);
  return {
    reason: typeof reason === "string" && REASON.test(reason) ? reason : undefined,
    message: typeof message === "string" ? escapeTerminal(redactText(message), LONGEST_MESSAGE) : undefined,
  };
}

function codeOf(status: number, reason: string | undefined, anonymous: boolean): ErrorCode {
  if (anonymous && status === 403) return "AUTH_FAILED";
  const known = reason !== undefined && Object.hasOwn(BY_REASON, reason) ? BY_REASON[reason] : undefined;
  return known ?? BY_STATUS[status] ?? "SERVER";
}

function fixOf(code: ErrorCode, { anonymous }: Asked, skewed: boolean): string | undefined {
  if (code !== "AUTH_FAILED" && code !== "DENIED") return undefined;
  if (skewed) return "set this machine's clock";
  return anonymous
    ? "sign in with `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to a service account's key file"
    : "give this account roles that allow storage.objects.get, list and create; who may not list is told that a missing object is forbidden";
}

async function bodyOf(response: HttpResponse): Promise<string> {
  try {
    return new TextDecoder().decode(await response.bytes(LIMITS.errorBodyBytes));
  } catch (error) {
    if (BaleError.is(error, "INTERRUPTED")) throw error;
    return "";
  }
}

/** The error of an answer that was not hoped for; reads its body. Names the bucket, never an address. */
export async function refusalOf(response: HttpResponse, asked: Asked): Promise<BaleError> {
  const { anonymous, bucket } = asked;
  const { status } = response;
  const { message, reason } = wordsIn(await bodyOf(response));
  const code = codeOf(status, reason, anonymous);
  const isRefused = code === "AUTH_FAILED" || code === "DENIED";
  const skew = isRefused ? clockSkew(response.headers["date"], asked.now) : undefined;
  const whom = anonymous ? "without credentials" : "with an access token";
  const facts = [
    `it answered ${status}${reason === undefined ? "" : ` (${reason})`}${isRefused ? `, asked ${whom}` : ""}`,
    message,
    skew,
  ];
  const retry: Retry | undefined = code === "SERVER" ? { kind: "never" } : undefined;
  return new BaleError({
    code,
    message: `the bucket ${bucket} refused`,
    why: facts.filter((fact) => fact !== undefined && fact !== "").join("; "),
    fix: fixOf(code, asked, skew !== undefined),
    context: { bucket, status, ...(reason === undefined ? {} : { error: reason }) },
    retry,
  });
}
