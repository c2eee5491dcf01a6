import { escapeTerminal, watchConnections } from "@bale/http";
import {
  BaleError,
  type CallOptions,
  type HttpResponse,
  type PingDetails,
  type PingFailure,
  type PingResult,
  type PingVerdict,
} from "@bale/spec";
import { readChallenge } from "./read-challenge.js";
import type { RegistryExchange } from "./registry-exchange.js";

type Asked = Pick<RegistryExchange, "registry" | "origin" | "http">;

interface Answer {
  readonly response: HttpResponse;
  readonly milliseconds: number;
}

const API_VERSION = "docker-distribution-api-version";
// What servers of other kinds say to a path that they do not have.
const NOT_HERE: readonly number[] = [400, 404, 405, 406, 410, 501];
const LONGEST_VERSION = 100;

async function ask(
  { http, origin }: Asked,
  accept: readonly number[],
  signedIn: boolean,
  { signal }: CallOptions,
): Promise<Answer> {
  const started = performance.now();
  const response = await http.request({
    method: "GET",
    url: new URL("/v2/", origin).href,
    ...(signedIn ? { access: { actions: [] } } : {}),
    accept,
    signal,
  });
  await response.discard();
  return { response, milliseconds: performance.now() - started };
}

/** A page for people in place of an answer: a site that greets everybody, or a gateway before the registry. */
function isPage({ headers }: HttpResponse): boolean {
  return headers[API_VERSION] === undefined && /^text\/html\b/i.test(headers["content-type"] ?? "");
}

function failureOf({ code, message, why, fix }: BaleError): PingFailure {
  return { code, message, why, fix };
}

function noRegistry({ registry }: Asked, { status }: HttpResponse): PingFailure {
  return {
    code: "UNSUPPORTED",
    message: `${registry} answers, and is no registry`,
    why:
      status === 200
        ? "it sends a web page for /v2/, where a registry tells its version"
        : `it answered ${status} to /v2/, where a registry tells its version`,
    fix: "check the host's name and its port",
  };
}

function verdictOf(error: BaleError): PingVerdict {
  // Something answers in another protocol than HTTP.
  if (String(error.context["transport"]).startsWith("HPE_")) return "no-registry";
  if (error.kind === "unauthenticated" || error.kind === "permission-denied") return "refused";
  if (error.kind === "unavailable" || error.kind === "timeout" || error.kind === "rate-limited")
    return "unreachable";
  throw error;
}

function outcome(facts: PingDetails, reachable: boolean): PingResult {
  return { reachable, authenticated: facts.verdict === "ready", details: facts };
}

/**
 * `GET /v2/` (distribution spec, "Determining Support"), first as nobody and then as the user, if the registry wants that; and once more, to see
 * how long a request takes that needs no connection. Does not throw for what it is asked about.
 */
export async function pingRegistry(exchange: Asked, options: CallOptions = {}): Promise<PingResult> {
  using watch = watchConnections(exchange.origin);
  let facts: Omit<PingDetails, "verdict"> = { origin: exchange.origin };
  let answered = false;
  const stopped = async (error: unknown): Promise<PingResult> => {
    if (!BaleError.is(error)) throw error;
    const verdict = verdictOf(error);
    const tls = await watch.tls();
    return outcome(
      { ...facts, ...(tls ? { tls } : {}), verdict, failure: failureOf(error) },
      answered || verdict !== "unreachable" || error.kind === "rate-limited",
    );
  };
  try {
    const first = await ask(exchange, [200, 401, ...NOT_HERE], false, options);
    answered = true;
    const { headers, status } = first.response;
    const version = headers[API_VERSION];
    const tls = await watch.tls();
    facts = {
      ...facts,
      ...(tls ? { tls } : {}),
      firstMs: first.milliseconds,
      ...(version === undefined ? {} : { apiVersion: escapeTerminal(version, LONGEST_VERSION) }),
    };
    if (NOT_HERE.includes(status) || (status === 200 && isPage(first.response)))
      return outcome(
        { ...facts, verdict: "no-registry", failure: noRegistry(exchange, first.response) },
        true,
      );
    facts = {
      ...facts,
      ...(status === 200 ? { asks: "nothing" } : readChallenge(headers["www-authenticate"])),
    };
    const { identity } = (await ask(exchange, [200], true, options)).response;
    const warm = await ask(exchange, [200], true, options);
    return outcome(
      {
        ...facts,
        verdict: "ready",
        warmMs: warm.milliseconds,
        ...(identity === undefined ? {} : { identity }),
      },
      true,
    );
  } catch (error) {
    return await stopped(error);
  }
}
