import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificates } from "./certificates.mjs";
import { startServer } from "./start-server.mjs";

/** @typedef {"tls" | "expired" | "wrong-host" | "mtls" | "rate" | "small" | "gzip" | "prefix"} NginxVariant */

/**
 * @typedef {object} RunningNginx
 * @property {string} url     "https://127.0.0.1:PORT" with TLS, else http
 * @property {string} host
 * @property {import("./certificates.mjs").Certificates} certificates
 * @property {() => Promise<void>} stop
 */

/** Lines of the block "http". @type {Partial<Readonly<Record<NginxVariant, string>>>} */
const zones = { rate: "limit_req_zone $binary_remote_addr zone=all:1m rate=5r/s; limit_req_status 429;" };

/** Lines of the block "server". @type {Partial<Readonly<Record<NginxVariant, string>>>} */
const rules = {
  rate: [
    "limit_req zone=all burst=2 nodelay; error_page 429 = @busy;",
    'location @busy { add_header Retry-After 1 always; return 429 "slow down"; }',
  ].join("\n"),
  small: "client_max_body_size 1m;",
  gzip: "gzip on; gzip_min_length 1; gzip_proxied any; gzip_types *;",
};

/**
 * Starts nginx in front of an HTTP server: with TLS by a good, an expired or another host's certificate or with client
 * certificates ("mtls"); with five requests a second and then 429 ("rate"), with 413 over 1 MiB ("small"), with
 * compression ("gzip"), or below the path /sub ("prefix").
 * @param {NginxVariant} variant
 * @param {{ host: string }} target
 * @returns {Promise<RunningNginx & AsyncDisposable>}
 */
export async function startNginx(variant, target) {
  /** @type {import("./certificates.mjs").Certificates | undefined} */
  let certificates;
  const server = await startServer("nginx", ({ port, folder }) => {
    certificates = makeCertificates(join(folder, "certificates"));
    const config = join(folder, "nginx.conf");
    mkdirSync(join(folder, "bodies"));
    writeFileSync(config, nginxConfig({ variant, target: target.host, port, folder, certificates }));
    return { args: ["-p", folder, "-e", join(folder, "error.log"), "-c", config] };
  });
  if (!certificates) throw new Error("nginx has no certificates");
  return {
    url: `${usesTls(variant) ? "https" : "http"}://${server.host}${variant === "prefix" ? "/sub" : ""}`,
    host: server.host,
    certificates,
    stop: server.stop,
    [Symbol.asyncDispose]: server.stop,
  };
}

/** @param {NginxVariant} variant */
function usesTls(variant) {
  return variant === "tls" || variant === "expired" || variant === "wrong-host" || variant === "mtls";
}

/**
 * @param {{ variant: NginxVariant, target: string, port: number, folder: string,
 *   certificates: import("./certificates.mjs").Certificates }} setting
 */
function nginxConfig({ variant, target, port, folder, certificates }) {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${join(folder, "bodies", name)};`,
  );
  const location =
    variant === "prefix"
      ? "location / { return 404; } location /sub/ { rewrite ^/sub(/.*)$ $1 break;"
      : "location / {";
  return `daemon off; worker_processes 1; pid ${join(folder, "nginx.pid")};
events { worker_connections 512; }
http {
  access_log off; ${temporary.join(" ")}
  ${zones[variant] ?? ""}
  server {
    listen 127.0.0.1:${port}${usesTls(variant) ? " ssl http2" : ""};
    ${usesTls(variant) ? tlsLines(variant, certificates) : ""}
    ${variant === "small" ? "" : "client_max_body_size 0;"} ${rules[variant] ?? ""}
    ${location}
      proxy_pass http://${target};
      proxy_http_version 1.1; proxy_request_buffering off; proxy_buffering off;
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`;
}

/**
 * @param {NginxVariant} variant
 * @param {import("./certificates.mjs").Certificates} certificates
 */
function tlsLines(variant, { server, expired, wrongHost, caFile }) {
  const { certFile, keyFile } =
    variant === "expired" ? expired : variant === "wrong-host" ? wrongHost : server;
  const asked = variant === "mtls" ? `ssl_client_certificate ${caFile}; ssl_verify_client on;` : "";
  return `ssl_certificate ${certFile}; ssl_certificate_key ${keyFile}; ${asked}`;
}
