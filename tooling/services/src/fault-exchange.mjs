import { once } from "node:events";
import { request as send } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { faultyBody, slowBody } from "./fault-body.mjs";

// RFC 9110, section 7.6.1: these belong to one connection, and a proxy does not pass them on.
const HOP_HEADERS = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"];

/**
 * @typedef {object} Exchange
 * @property {URL} origin
 * @property {import("node:http").IncomingMessage} request
 * @property {import("node:http").ServerResponse} response
 * @property {import("./fault-rules.mjs").FaultRule | undefined} rule
 * @property {number | undefined} bytesPerSecond    most of each body, both ways
 * @property {(status: number) => void} told    called with the status that the client is given
 */

/**
 * Carries one request through the proxy, with at most one fault.
 * @param {Exchange} exchange
 */
export async function applyFault(exchange) {
  const { request, response, rule, told } = exchange;
  request.on("error", () => undefined);
  response.on("error", () => undefined);
  const made = rule && answerWithoutServer(rule, request.url ?? "/");
  if (made) {
    request.resume();
    told(made.status);
    response.writeHead(made.status, made.headers).end(made.body);
    return;
  }
  if (rule?.fault === "reset" && (rule.at ?? "request") === "request") {
    request.socket.resetAndDestroy();
    return;
  }
  await passOn(exchange);
}

/**
 * @param {import("./fault-rules.mjs").FaultRule} rule
 * @param {string} target
 * @returns {{ status: number, headers: Record<string, string>, body: string } | undefined}
 */
function answerWithoutServer(rule, target) {
  const given = editHeaders({}, rule.headers);
  if (rule.fault === "status") return { status: rule.status ?? 503, headers: given, body: rule.body ?? "" };
  if (rule.fault === "redirect") {
    const location = (rule.location ?? "*").replace(/\*$/, () => target);
    return { status: rule.status ?? 307, headers: { ...given, location }, body: "" };
  }
  if (rule.fault !== "gone") return undefined;
  const body = JSON.stringify({ errors: [{ code: rule.code ?? "BLOB_UNKNOWN", message: "gone" }] });
  return { status: 404, headers: { ...given, "content-type": "application/json" }, body };
}

/** @param {Exchange} exchange */
async function passOn(exchange) {
  const { origin, request, response, rule } = exchange;
  const upstream = send({
    host: origin.hostname,
    port: origin.port,
    method: request.method,
    path: request.url,
    headers: withoutHopHeaders(request.headers),
    agent: false,
  });
  upstream.on("error", () => undefined);
  const answered = once(upstream, "response");
  // A server may answer and close before it has read all: what counts then is the answer.
  const sent = sendBody(exchange, upstream).catch(() => undefined);
  response.on("close", () => upstream.destroy());
  const [answer] = /** @type {[import("node:http").IncomingMessage]} */ (await answered);
  if (rule?.fault === "lostanswer" || rule?.fault === "reset") {
    const worked = rule.fault === "lostanswer" ? [sent, once(answer.resume(), "end")] : [];
    await Promise.all(worked);
    request.socket.resetAndDestroy();
    return;
  }
  await giveAnswer(answer, exchange);
}

/**
 * @param {Exchange} exchange
 * @param {import("node:http").ClientRequest} upstream
 */
async function sendBody({ request, rule, bytesPerSecond }, upstream) {
  const body = slowBody(request, bytesPerSecond);
  if (rule?.fault !== "reset" || rule.at !== "body") return pipeline(body, upstream);
  let left = rule.bytes ?? 0;
  for await (const chunk of body) {
    upstream.write(chunk.subarray(0, Math.max(0, left)));
    left -= chunk.length;
    if (left > 0) continue;
    request.socket.resetAndDestroy();
    upstream.destroy();
    return;
  }
}

/**
 * @param {import("node:http").IncomingMessage} answer
 * @param {Exchange} exchange
 */
async function giveAnswer(answer, { response, rule, told, bytesPerSecond }) {
  const headers = editHeaders(
    withoutHopHeaders(answer.headers),
    rule?.fault === "header" ? rule.headers : undefined,
  );
  const status =
    rule?.fault === "replace" ? (rule.status ?? answer.statusCode ?? 200) : (answer.statusCode ?? 502);
  told(status);
  if (rule?.fault === "replace") {
    answer.resume();
    const body = rule.body ?? "";
    delete headers["transfer-encoding"];
    response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
    return;
  }
  if (rule?.fault === "extra") delete headers["content-length"];
  response.writeHead(status, headers).flushHeaders();
  const ends = rule?.fault !== "truncate" && rule?.fault !== "stall";
  const body = slowBody(faultyBody(answer, rule), bytesPerSecond);
  await pipeline(Readable.from(body), response, { end: ends });
  if (rule?.fault === "truncate") response.socket?.end();
}

/**
 * @template {Record<string, unknown>} Headers
 * @param {Headers} headers
 * @returns {Headers}
 */
function withoutHopHeaders(headers) {
  const kept = { ...headers };
  for (const name of HOP_HEADERS) delete kept[name];
  return kept;
}

/**
 * @param {Record<string, any>} headers
 * @param {Readonly<Record<string, string | null>> | undefined} changes
 */
function editHeaders(headers, changes = {}) {
  const edited = { ...headers };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete edited[name.toLowerCase()];
    else edited[name.toLowerCase()] = value;
  }
  return edited;
}
