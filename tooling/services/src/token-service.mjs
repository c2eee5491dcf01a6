import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { text } from "node:stream/consumers";
import { registryAccount } from "./distribution-config.mjs";
import { tokenSigner } from "./token-signer.mjs";

/**
 * @typedef {object} TokenRequest
 * @property {string} method    "GET", or "POST" for the OAuth 2 form
 * @property {string | null} service
 * @property {string[]} scopes
 * @property {string | undefined} account    undefined for an anonymous request
 * @property {string | null} grant    "password" or "refresh_token" in the OAuth 2 form
 * @property {number} status
 */

/**
 * @typedef {object} TokenService
 * @property {string} realm     address that a registry sends its clients to
 * @property {string} service
 * @property {string} issuer
 * @property {string} certificate    verifies its tokens, in PEM
 * @property {() => TokenRequest[]} requests    all so far, without any secret
 * @property {() => string[]} issued    every token that it gave out, for tests that look where none must be
 * @property {() => string} issueRefreshToken    one for the account, as a sign-in with an offline token would give
 * @property {() => void} revokeRefreshTokens
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a token service on loopback, for a registry of the variant "token". The account `registryAccount` is granted
 * every action it asks for, everybody else only "pull".
 * @param {{ lifetimeSeconds?: number, answerField?: "token" | "access_token",
 *   certificates?: import("./certificates.mjs").Certificates }} [options]
 *   `answerField`: which of the two names that services use the answer has.
 *   `certificates`: of a service that speaks https, as one for a registry with TLS has to
 * @returns {Promise<TokenService & AsyncDisposable>}
 */
export async function startTokenService({ lifetimeSeconds = 300, answerField = "token", certificates } = {}) {
  const [issuer, service] = ["test-issuer", "test-registry"];
  const signer = tokenSigner({ issuer, audience: service });
  /** @type {TokenRequest[]} */
  const log = [];
  /** @type {Set<string>} */
  const refreshTokens = new Set();
  /** @type {string[]} */
  const issued = [];
  const issueRefreshToken = () => {
    const refreshToken = randomUUID();
    refreshTokens.add(refreshToken);
    issued.push(refreshToken);
    return refreshToken;
  };
  /** @type {import("node:http").RequestListener} */
  const answer = async (request, response) => {
    const method = request.method ?? "GET";
    const body = await text(request);
    const fields = new URLSearchParams(
      method === "POST" ? body : (request.url ?? "").replace(/^[^?]*\??/, ""),
    );
    const { account, isRefused } = whoAsks(fields, request.headers.authorization, refreshTokens);
    const scopes = fields
      .getAll("scope")
      .flatMap((scope) => scope.split(" "))
      .filter(Boolean);
    const status = isRefused ? 401 : 200;
    log.push({
      method,
      service: fields.get("service"),
      scopes,
      account,
      grant: fields.get("grant_type"),
      status,
    });
    response.writeHead(status, { "content-type": "application/json" });
    if (isRefused) {
      response.end(JSON.stringify({ errors: [{ code: "UNAUTHORIZED", message: "wrong credentials" }] }));
      return;
    }
    const access = scopes.flatMap((scope) => granted(scope, account !== undefined));
    const token = signer.sign({ subject: account ?? "", access, lifetimeSeconds });
    const wantsRefresh = fields.get("offline_token") === "true" || fields.get("access_type") === "offline";
    const refresh = account !== undefined && wantsRefresh ? { refresh_token: issueRefreshToken() } : {};
    issued.push(token);
    response.end(JSON.stringify({ [answerField]: token, expires_in: lifetimeSeconds, ...refresh }));
  };
  const server = certificates ? createTlsServer(keyPair(certificates.server), answer) : createServer(answer);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("the token service has no port");
  const stop = async () => {
    server.close();
    server.closeAllConnections();
  };
  return {
    realm: `${certificates ? "https" : "http"}://127.0.0.1:${address.port}/token`,
    service,
    issuer,
    certificate: signer.certificate,
    requests: () => log.map((entry) => ({ ...entry })),
    issued: () => [...issued],
    issueRefreshToken,
    revokeRefreshTokens: () => refreshTokens.clear(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** @param {import("./certificates.mjs").CertificateFiles} files */
function keyPair({ certFile, keyFile }) {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

/**
 * @param {URLSearchParams} fields
 * @param {string | undefined} authorization
 * @param {ReadonlySet<string>} refreshTokens
 * @returns {{ account: string | undefined, isRefused: boolean }}
 */
function whoAsks(fields, authorization, refreshTokens) {
  const { username, password } = registryAccount;
  const answer = (/** @type {boolean} */ isRight) => ({
    account: isRight ? username : undefined,
    isRefused: !isRight,
  });
  if (authorization !== undefined) {
    const expected = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    return answer(authorization === expected);
  }
  const grant = fields.get("grant_type");
  if (grant === "password")
    return answer(fields.get("username") === username && fields.get("password") === password);
  if (grant === "refresh_token") return answer(refreshTokens.has(fields.get("refresh_token") ?? ""));
  return { account: undefined, isRefused: false };
}

/**
 * @param {string} scope    "repository:acme/model:pull,push"; the name itself may have colons
 * @param {boolean} isKnown
 * @returns {import("./token-signer.mjs").Access[]}
 */
function granted(scope, isKnown) {
  const [, type, name, actions] = /^([^:]+):(.+):([^:]*)$/.exec(scope) ?? [];
  if (type === undefined || name === undefined || actions === undefined) return [];
  const asked = actions.split(",");
  return [{ type, name, actions: isKnown ? asked : asked.filter((action) => action === "pull") }];
}
