import { type AccessNeed, BaleError, type BaleErrorInit, type ErrorCode, type Retry } from "@bale/spec";
import { PROXY_LOGIN } from "./proxy-rule.js";
import type { ServerWords } from "./registry-errors.js";
import { formatRequest, type RequestName, requestContext } from "./request-name.js";
import { isBearableWait, isPassingStatus } from "./retry-policy.js";

export interface StatusInput {
  readonly request: RequestName;
  readonly status: number;
  readonly words: ServerWords;
  readonly wwwAuthenticate?: string | undefined;
  /** Milliseconds of a Retry-After header. */
  readonly retryAfter?: number | undefined;
  readonly access?: AccessNeed | undefined;
  /** As whom the request was made, if anybody; `undefined` also where the answer came from another origin. */
  readonly identity?: string | undefined;
  /** An Authorization header went out. */
  readonly authorized?: boolean | undefined;
  /** The host is not the one that was asked: a redirect led here. */
  readonly redirected?: boolean | undefined;
}

type Draft = Pick<BaleErrorInit, "message" | "fix"> & {
  readonly code: ErrorCode;
  readonly facts?: readonly string[];
};

function codeOf(input: StatusInput): ErrorCode {
  const { status } = input;
  if (status === 400 && input.words.tls) return "TLS";
  if (status === 429 || input.words.codes.includes("TOOMANYREQUESTS")) return "RATE_LIMITED";
  // GitHub answers 403 with Retry-After when its secondary limits are passed.
  if (input.retryAfter !== undefined && (status === 403 || !isBearableWait(input.retryAfter)))
    return "RATE_LIMITED";
  // RFC 6750 section 3.1: the token is good, but does not allow this.
  if (status >= 300 && status < 400) return "REDIRECT";
  if (status === 401)
    return /error="?insufficient_scope/i.test(input.wwwAuthenticate ?? "") ? "DENIED" : "AUTH_FAILED";
  if (status === 403) return "DENIED";
  if (status === 404) return "NOT_FOUND";
  if (status === 405 || status === 501) return "CAPABILITY_MISSING";
  if (status === 407) return "PROXY";
  if (status === 408) return "TIMEOUT";
  if (status === 413) return "TOO_LARGE";
  if (status === 416) return "RANGE_INVALID";
  return "SERVER";
}

function actionOf(access: AccessNeed | undefined): string {
  if (access?.actions.includes("delete")) return "delete";
  return access?.actions.includes("push") ? "push" : "pull";
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}

function draft(input: StatusInput, code: ErrorCode): Draft {
  const { access, identity, request, status } = input;
  const name = formatRequest(request);
  const who = input.redirected || identity === undefined ? "" : ` as ${identity}`;
  const anonymous = `asked ${input.authorized ? "with" : "without"} credentials`;
  const repository = access?.repository;
  const { tls } = input.words;
  if (code === "TLS" && tls)
    return {
      code,
      message: `no connection to ${request.host} of the kind that it wants`,
      facts: [tls.why, `${name} answered ${status}`],
      fix: tls.fix,
    };
  if (code === "AUTH_FAILED")
    return {
      code,
      message: input.authorized
        ? `${request.host} did not accept the credentials${identity === undefined ? "" : ` of ${identity}`}`
        : `${request.host} wants credentials`,
      facts: [`${name} answered ${status}`],
      fix: `run \`bale login ${request.host}\`, or set BALE_USERNAME and BALE_PASSWORD`,
    };
  if (code === "DENIED")
    return {
      code,
      message:
        repository === undefined
          ? `${name} is not allowed${who}`
          : `${actionOf(access)} denied for ${request.host}/${repository}${who}`,
      facts: [`${name} answered ${status}`, ...(input.redirected || who !== "" ? [] : [anonymous])],
      fix: input.redirected
        ? "repeat the command: the address that the registry handed out may have expired"
        : "log in as somebody who may do this, or ask the owner for access",
    };
  if (code === "RATE_LIMITED") {
    const wait = input.retryAfter;
    return {
      code,
      message:
        wait === undefined
          ? `${request.host} asks for fewer requests`
          : `${request.host} asks to wait ${seconds(wait)}`,
      facts: [`${name} answered ${status}`],
      fix:
        wait === undefined
          ? "wait, log in for a higher limit, or lower --concurrency"
          : `repeat the command after ${seconds(wait)}`,
    };
  }
  if (code === "TOO_LARGE")
    return {
      code,
      message: `${request.host} does not take a body of this size`,
      facts: [`${name} answered ${status}`],
      fix: "keep large files in an external store, or ask the registry's operator for a higher limit",
    };
  if (code === "PROXY")
    return { code, message: `the proxy refused ${name}`, facts: [`it answered ${status}`], fix: PROXY_LOGIN };
  const messages: Partial<Record<ErrorCode, string>> = {
    NOT_FOUND: `${name} does not exist`,
    CAPABILITY_MISSING: `${request.host} does not offer ${name}`,
    RANGE_INVALID: `${name}: the range is not in the data`,
    REDIRECT: `${name} leads elsewhere, and only GET and HEAD follow`,
    TIMEOUT: `${name}: the server gave up waiting`,
  };
  return { code, message: messages[code] ?? `${name} answered ${status}` };
}

/** The error of a status that was not accepted. */
export function statusError(input: StatusInput): BaleError {
  const code = codeOf(input);
  const { facts = [], ...rest } = draft(input, code);
  const why = [...facts, ...(input.words.text === undefined ? [] : [input.words.text])].join("; ");
  const retry: Retry | undefined =
    input.retryAfter !== undefined && code === "RATE_LIMITED"
      ? { kind: "after", milliseconds: input.retryAfter }
      : code === "SERVER" && !isPassingStatus(input.status)
        ? { kind: "never" }
        : undefined;
  return new BaleError({
    ...rest,
    ...(why === "" ? {} : { why }),
    context: requestContext(input.request, {
      status: input.status,
      ...(input.words.codes.length > 0 ? { codes: input.words.codes } : {}),
    }),
    ...(retry ? { retry } : {}),
  });
}
