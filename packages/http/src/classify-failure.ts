import { BaleError, type BaleErrorInit } from "@bale/spec";
import { PROXY_LOGIN } from "./proxy-rule.js";
import { formatRequest, type RequestName, requestContext } from "./request-name.js";
import { tlsProblem } from "./tls-problem.js";
import { SilenceError, type TransportFailure } from "./transport-failure.js";

export interface FailureInput extends TransportFailure {
  readonly request: RequestName;
  /** Host of the proxy that the request went through. */
  readonly proxy?: string | undefined;
}

function codeOf(cause: unknown): string {
  if (typeof cause !== "object" || cause === null) return "";
  if ("code" in cause && typeof cause.code === "string") return cause.code;
  // undici's parser names what is wrong by a code that it does not always find.
  if (cause instanceof Error && cause.name === "HTTPParserError") return "HPE_UNKNOWN";
  // Node tries several addresses and reports them together.
  if (cause instanceof AggregateError) return codeOf(cause.errors[0]);
  return "";
}

const CONNECT_WHY: Readonly<Record<string, string>> = {
  ENOTFOUND: "the name is not known to DNS",
  EAI_AGAIN: "the name server does not answer",
  ECONNREFUSED: "nothing listens there",
  EHOSTUNREACH: "the host cannot be reached from here",
  ENETUNREACH: "the network cannot be reached from here",
  EACCES: "this machine does not allow the connection",
};

type Draft = Pick<BaleErrorInit, "code" | "message" | "why" | "fix" | "retry">;

function connecting(input: FailureInput, code: string): Draft {
  const host = input.proxy ?? input.request.host;
  if (input.proxy !== undefined) {
    const status = /Proxy response \((\d{3})\)/.exec(String((input.cause as Error).message))?.[1];
    return {
      code: "PROXY",
      message: `no connection to ${input.request.host} through the proxy ${input.proxy}`,
      why:
        status === undefined
          ? (CONNECT_WHY[code] ?? `the connection failed (${code})`)
          : `the proxy answered ${status}`,
      fix: status === "407" ? PROXY_LOGIN : "check HTTP_PROXY, HTTPS_PROXY and NO_PROXY",
      retry: status === "407" ? { kind: "never" } : { kind: "safe" },
    };
  }
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT")
    return {
      code: "TIMEOUT",
      message: `no connection to ${host} in time`,
      why: "the host does not answer",
      fix: "check the network, or whether a proxy is needed",
    };
  return {
    code: "CONNECT_FAILED",
    message: `no connection to ${host}`,
    why: CONNECT_WHY[code] ?? `the connection was closed before it was usable (${code || "unknown"})`,
    fix: "check the host's name and the network",
  };
}

function draft(input: FailureInput, code: string): Draft {
  const name = formatRequest(input.request);
  const tls = tlsProblem(code);
  if (tls) return { code: "TLS", message: `no secure connection to ${input.request.host}`, ...tls };
  if (code === "UND_ERR_HEADERS_OVERFLOW")
    return { code: "LIMIT", message: `${name}: the answer's header is too long`, why: "more than 64 KiB" };
  if (input.stage === "connecting") return connecting(input, code);
  if (input.stage === "receiving")
    return {
      code: "TRUNCATED",
      message: `${name}: the connection ended before the data did`,
      why: code === "" ? undefined : `the transport said ${code}`,
    };
  if (code.startsWith("HPE_"))
    return {
      code: "SERVER",
      message: `${name}: the answer is not HTTP`,
      why: "the server may speak another protocol on this port, such as TLS",
      fix: "check the port and --plain-http",
    };
  return {
    code: "CONNECT_FAILED",
    message: `${name}: the connection was closed before an answer came`,
    why: code === "" ? undefined : `the transport said ${code}`,
  };
}

/** The portable error of a failed exchange. A `BaleError` passes through. */
export function classifyFailure(input: FailureInput): BaleError {
  if (BaleError.is(input.cause)) return input.cause;
  if (input.fromSource)
    return new BaleError({
      code: "IO",
      message: "reading the data to send failed",
      why: input.cause instanceof Error ? input.cause.message : undefined,
      context: requestContext(input.request),
      cause: input.cause,
    });
  const code = codeOf(input.cause);
  if (input.cause instanceof SilenceError)
    return new BaleError({
      code: "TIMEOUT",
      message: `${formatRequest(input.request)}: the server went silent`,
      why: input.cause.message,
      context: requestContext(input.request),
    });
  if (code === "UND_ERR_DESTROYED" || code === "UND_ERR_CLOSED")
    return new BaleError({ code: "INTERRUPTED", message: "the connections were closed", cause: input.cause });
  if (code === "UND_ERR_INVALID_ARG")
    return new BaleError({
      code: "INTERNAL",
      message: `${formatRequest(input.request)}: the request could not be formed`,
      context: requestContext(input.request),
      cause: input.cause,
    });
  return new BaleError({
    ...draft(input, code),
    context: requestContext(input.request, code === "" ? {} : { transport: code }),
    cause: input.cause,
  });
}

/** Whether trying again could help: not for names that do not exist, certificates, limits, or the body's own source. */
export function isPassing(error: BaleError): boolean {
  if (error.context["transport"] === "ENOTFOUND") return false;
  return error.retry.kind !== "never";
}

export function interrupted(signal: AbortSignal): BaleError {
  return new BaleError({ code: "INTERRUPTED", message: "stopped on request", cause: signal.reason });
}
