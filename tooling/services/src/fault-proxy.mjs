import { once } from "node:events";
import { createServer } from "node:http";
import { applyFault } from "./fault-exchange.mjs";
import { ruleFinder } from "./fault-rules.mjs";

/**
 * @typedef {object} ProxiedRequest
 * @property {string} method
 * @property {string} path     without the query
 * @property {string} query    without the question mark
 * @property {string | undefined} authScheme    "Basic", "Bearer"; never the secret after it
 * @property {boolean} hasCookie
 * @property {string | undefined} range
 * @property {string | undefined} contentRange
 * @property {number | undefined} contentLength
 * @property {string | undefined} fault     the fault that was applied
 * @property {number | undefined} status    what the client was told; undefined when it got no answer
 */

/**
 * @typedef {object} FaultProxy
 * @property {string} url     "http://127.0.0.1:PORT"
 * @property {string} host    "127.0.0.1:PORT"
 * @property {(rules: readonly import("./fault-rules.mjs").FaultRule[]) => void} setRules    starts counting anew
 * @property {() => ProxiedRequest[]} requests    all requests since the start, oldest first
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a reverse proxy on loopback that passes everything to an HTTP server and breaks what the rules choose.
 * The Host header of the client is passed on, so the upload addresses that a registry hands out lead back here.
 * @param {{ to: string, rules?: readonly import("./fault-rules.mjs").FaultRule[], bytesPerSecond?: number }} options
 *   `to`: "http://127.0.0.1:PORT"; `bytesPerSecond`: how fast a body passes at most, in both directions
 * @returns {Promise<FaultProxy & AsyncDisposable>}
 */
export async function startFaultProxy({ to, rules = [], bytesPerSecond }) {
  const origin = new URL(to);
  let find = ruleFinder(rules);
  /** @type {ProxiedRequest[]} */
  const log = [];
  const server = createServer((request, response) => {
    const entry = logEntry(request);
    log.push(entry);
    const rule = find(entry.method, request.url ?? "/");
    entry.fault = rule?.fault;
    const told = (/** @type {number} */ status) => (entry.status = status);
    applyFault({ origin, request, response, rule, bytesPerSecond, told }).catch(() => response.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("the proxy has no port");
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    host: `127.0.0.1:${address.port}`,
    setRules: (next) => {
      find = ruleFinder(next);
    },
    requests: () => log.map((entry) => ({ ...entry })),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/**
 * @param {import("node:http").IncomingMessage} request
 * @returns {ProxiedRequest}
 */
function logEntry(request) {
  const [path = "/", ...query] = (request.url ?? "/").split("?");
  const length = request.headers["content-length"];
  return {
    method: request.method ?? "GET",
    path,
    query: query.join("?"),
    authScheme: request.headers.authorization?.split(" ")[0],
    hasCookie: request.headers.cookie !== undefined,
    range: request.headers.range,
    contentRange: request.headers["content-range"],
    contentLength: length === undefined ? undefined : Number(length),
    fault: undefined,
    status: undefined,
  };
}
