import { readFileSync } from "node:fs";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { PROBE } from "./access-log.mjs";

/**
 * Asks a registry whether it answers, in a request that its log leaves out.
 * @param {string} url    "http://127.0.0.1:PORT"
 * @param {string} mark    to find the request in the server's own log
 * @param {import("./certificates.mjs").Certificates | undefined} certificates    of a registry with TLS
 * @returns {Promise<boolean>}
 */
export function askRegistry(url, mark, certificates) {
  const tls = certificates && {
    ca: readFileSync(certificates.caFile),
    cert: readFileSync(certificates.client.certFile),
    key: readFileSync(certificates.client.keyFile),
  };
  const request = tls ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    request(`${url}/v2/?${PROBE}=${mark}`, { agent: false, ...tls }, (answer) => {
      answer
        .resume()
        .on("end", () => resolve(answer.statusCode === 200 || answer.statusCode === 401))
        .on("error", () => resolve(false));
    })
      .on("error", () => resolve(false))
      .end();
  });
}
