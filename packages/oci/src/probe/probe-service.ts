import { BaleError, type HttpResponse } from "@bale/spec";
import { send } from "../registry/registry-exchange.js";
import type { Answer } from "./ask.js";
import { isGood, type Probe, words } from "./probe.js";

/** The error that a user has to see of an answer that says who may come in, as every other command shows it. */
async function refused(probe: Probe, answer: Answer, path: string | undefined): Promise<BaleError> {
  const { exchange, signal } = probe;
  if (answer.error) return answer.error;
  try {
    let response: HttpResponse;
    if (path === undefined)
      response = await exchange.http.request({
        method: "GET",
        url: new URL("/v2/", exchange.origin).href,
        access: { actions: [] },
        tries: 1,
        signal,
      });
    else
      response = await send(exchange, { method: "GET", target: path, actions: ["pull"], tries: 1, signal });
    await response.discard();
  } catch (error) {
    if (BaleError.is(error)) return error;
    throw error;
  }
  return new BaleError({
    code: "AUTH_FAILED",
    message: `${exchange.registry} does not let anybody in`,
    why: words(answer),
  });
}

/**
 * Looks whether anything can be found out at all.
 * @throws BaleError of whatever stands in the way: `CONNECT_FAILED`, `TLS`, `AUTH_FAILED`, `CAPABILITY_MISSING` for what is no registry
 */
export async function reachRegistry(probe: Probe): Promise<void> {
  const { exchange, facts } = probe;
  const base = await probe.ask({ method: "GET", target: new URL("/v2/", exchange.origin), actions: [] });
  if (base.status === 0) throw await refused(probe, base, undefined);
  const list = await probe.ask({ method: "GET", target: "tags/list?n=1" });
  if (list.status === 0) throw await refused(probe, list, "tags/list?n=1");
  if (list.status === 401 || (base.status === 401 && !isGood(list)))
    throw await refused(
      probe,
      list.status === 401 ? list : base,
      list.status === 401 ? "tags/list?n=1" : undefined,
    );
  if (base.status === 404 && list.status === 404 && !list.failure?.codes.size)
    throw new BaleError({
      code: "CAPABILITY_MISSING",
      message: `${exchange.registry} is no registry`,
      why: "GET /v2/ is 404",
      fix: "check the host's name and port",
      context: { registry: exchange.registry },
    });
  if (list.status === 404) facts.repository = "absent";
  else if (isGood(list)) facts.repository = hasNoTags(list) ? "unclear" : "there";
}

/** Some registries answer with no tags for a repository that they do not have. */
function hasNoTags(list: Answer): boolean {
  try {
    const { tags } = JSON.parse(new TextDecoder().decode(list.bytes)) as { readonly tags?: unknown };
    return !Array.isArray(tags) || tags.length === 0;
  } catch {
    return true;
  }
}

export async function probeUnknownRepository(probe: Probe): Promise<void> {
  const { exchange, scratch } = probe;
  const repository = `${exchange.repository}/bale-doctor-${scratch.suffix}`;
  const target = new URL(`/v2/${repository}/tags/list`, exchange.origin);
  const answer = await probe.ask({ method: "GET", target, repository });
  const bale = "takes both for a repository without tags";
  if (answer.status === 404) probe.works("unknown-repository", "a repository that is not there is 404", bale);
  else if (isGood(answer))
    probe.limited(
      "unknown-repository",
      "a repository that is not there is answered with no tags (200)",
      bale,
    );
  else probe.skip("unknown-repository", `the registry does not tell: ${words(answer)}`);
}

export async function probeCatalog(probe: Probe): Promise<void> {
  const target = new URL("/v2/_catalog?n=1", probe.exchange.origin);
  const answer = await probe.ask({ method: "GET", target, actions: [] });
  const bale = "`bale registry ls` is the only command that asks for it";
  if (isGood(answer)) probe.works("catalog", "the list of repositories is given", bale);
  else probe.missing("catalog", `the list of repositories is not given: ${words(answer)}`, bale);
}

export async function probeEncoding(probe: Probe): Promise<void> {
  const answer = await probe.ask({
    method: "GET",
    target: "tags/list",
    headers: { "accept-encoding": "gzip" },
  });
  const bale = "asks for content as it is stored, and refuses encoded answers";
  if (answer.error?.code === "UNSUPPORTED" || answer.headers["content-encoding"] !== undefined)
    probe.limited("encoding", "answers are compressed for clients that take it so", bale);
  else probe.works("encoding", "answers come as they are", bale);
}

/** What answers said beside what was asked. */
export function reportService(probe: Probe): void {
  const { warnings, limited, longestWaitMs, rates, perConnection } = probe.observed();
  const stated = [...rates].map(([name, value]) => `${name} ${value}`).join(", ");
  if (limited > 0)
    probe.limited(
      "rate-limit",
      `the registry asked ${limited === 1 ? "once" : `${limited} times`} for fewer requests, to wait ${Math.ceil(longestWaitMs / 1000)} s at most${stated === "" ? "" : `; it states ${stated}`}`,
      "waits as long as it is asked to, and goes on; more than two minutes end the command",
    );
  else if (stated !== "")
    probe.limited(
      "rate-limit",
      `the registry states limits: ${stated}`,
      "asks nothing twice that goes by digest",
    );
  else
    probe.works(
      "rate-limit",
      "no limit on the rate of requests was met",
      "asks nothing twice that goes by digest",
    );
  if (warnings.size > 0)
    probe.limited(
      "warning",
      `the registry warns: ${[...warnings].join("; ")}`,
      "shows each warning once in a command",
    );
  else probe.works("warning", "no warnings", "shows each warning once in a command");
  const opens = "opens a new connection where one was closed";
  if (perConnection === undefined) probe.works("connections", "connections are kept", opens);
  else
    probe.limited(
      "connections",
      perConnection > 0
        ? `a connection is closed after ${perConnection} requests`
        : "connections are closed after an answer",
      opens,
    );
}
