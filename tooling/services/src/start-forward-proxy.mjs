import { once } from "node:events";
import { createServer, request as send } from "node:http";
import { connect } from "node:net";
import { pipeline } from "node:stream/promises";

/**
 * @typedef {object} ForwardedRequest
 * @property {string} method    "CONNECT", or that of a request in plain http
 * @property {string} target    "HOST:PORT" of a tunnel, or the address asked for
 * @property {boolean} authorized    whether it brought the right credential, or none is needed
 * @property {boolean} hasProxyAuthorization
 * @property {string | undefined} authScheme    of a credential for the server behind, which a tunnel hides
 */

/**
 * @typedef {object} ForwardProxy
 * @property {string} host    "127.0.0.1:PORT"
 * @property {string} url     "http://127.0.0.1:PORT", for a variable such as HTTPS_PROXY; with the account in it when there is one
 * @property {() => ForwardedRequest[]} requests    all so far, without any secret
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a proxy for clients: it opens tunnels on CONNECT and passes plain requests on.
 * @param {{ account?: { username: string, password: string }, lead?: (host: string) => string }} [options]
 *   `account`: who is let in, by Basic (RFC 7617); without one, everybody.
 *   `lead`: where a name leads to, as "HOST:PORT", so that tests can use names that nobody resolves
 * @returns {Promise<ForwardProxy & AsyncDisposable>}
 */
export async function startForwardProxy({ account, lead = (host) => host } = {}) {
  /** @type {ForwardedRequest[]} */
  const log = [];
  const expected =
    account && `Basic ${Buffer.from(`${account.username}:${account.password}`).toString("base64")}`;
  /**
   * @param {import("node:http").IncomingMessage} request
   * @returns {boolean} whether to go on
   */
  const admit = (request) => {
    const given = request.headers["proxy-authorization"];
    const authorized = expected === undefined || given === expected;
    log.push({
      method: request.method ?? "GET",
      target: request.url ?? "",
      authorized,
      hasProxyAuthorization: given !== undefined,
      authScheme: request.headers.authorization?.split(" ")[0],
    });
    return authorized;
  };
  const server = createServer((request, response) => {
    if (admit(request)) passOn(request, response, lead).catch(() => response.destroy());
    else response.writeHead(407, { "proxy-authenticate": 'Basic realm="proxy"' }).end();
  });
  /** @type {Set<import("node:stream").Duplex>} */
  const tunnels = new Set();
  server.on("connect", (request, client, head) => {
    client.on("error", () => undefined);
    if (!admit(request)) {
      client.end('HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="proxy"\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const [host = "", port = "443"] = lead(request.url ?? "").split(":");
    const upstream = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.write(head);
      pipeline(upstream, client, upstream).catch(() => undefined);
    });
    for (const end of [client, upstream]) {
      tunnels.add(end);
      end.on("close", () => tunnels.delete(end));
    }
    upstream.on("error", () => client.end("HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n"));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("the proxy has no port");
  const host = `127.0.0.1:${address.port}`;
  const user = account && [account.username, account.password].map(encodeURIComponent).join(":");
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    for (const end of tunnels) end.destroy();
    await closed;
  };
  return {
    host,
    url: `http://${user === undefined ? "" : `${user}@`}${host}`,
    requests: () => log.map((entry) => ({ ...entry })),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @param {(host: string) => string} lead
 */
async function passOn(request, response, lead) {
  const url = new URL(request.url ?? "");
  const { "proxy-authorization": _, "proxy-connection": __, ...headers } = request.headers;
  const [hostname, port] = lead(url.host).split(":");
  const upstream = send({
    host: hostname,
    port: port ?? "80",
    method: request.method,
    path: `${url.pathname}${url.search}`,
    headers,
    agent: false,
  });
  const answered = once(upstream, "response");
  pipeline(request, upstream).catch(() => undefined);
  const [answer] = /** @type {[import("node:http").IncomingMessage]} */ (await answered);
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
}
