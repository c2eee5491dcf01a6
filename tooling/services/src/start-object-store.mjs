import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startFaultProxy } from "./fault-proxy.mjs";
import { signS3Request } from "./sign-s3-request.mjs";
import { startServer } from "./start-server.mjs";
import { waitUntil } from "./wait-until.mjs";

/** @typedef {"versitygw" | "moto" | "s3rver" | "minio"} ObjectStoreKind */

/**
 * @typedef {object} StoreRequest
 * @property {string | Uint8Array} [body]
 * @property {Readonly<Record<string, string>>} [headers]
 */

/**
 * @typedef {object} ObjectStore
 * @property {string} endpoint    "http://127.0.0.1:PORT", of the proxy that keeps the log
 * @property {string} directEndpoint    of the server itself, for measurements
 * @property {string} region
 * @property {string} accessKeyId
 * @property {string} secretAccessKey
 * @property {(name: string) => Promise<void>} createBucket
 * @property {(method: string, path: string, options?: StoreRequest) => Promise<Response>} request
 *   a signed request past the log; `path` is "/bucket/key?query"
 * @property {() => import("./fault-proxy.mjs").ProxiedRequest[]} accessLog    what came to `endpoint`; `authScheme` and
 *   `hasCookie` tell what was sent along, never the secret
 * @property {(rules: readonly import("./fault-rules.mjs").FaultRule[]) => void} setRules    faults for `endpoint`
 * @property {() => string} serverLog
 * @property {() => Promise<void>} stop
 */

const READY_LIMIT_MS = 30_000;
const ACCOUNT = { accessKeyId: "testkey", secretAccessKey: "testsecret" };

/**
 * How each server is started, and which keys it takes: s3rver has one pair that cannot be changed.
 * @type {Readonly<Record<ObjectStoreKind, { account: typeof ACCOUNT, prepare: Parameters<typeof startServer>[1] }>>}
 */
const kinds = {
  versitygw: {
    account: ACCOUNT,
    prepare: ({ port, folder }) => {
      const [data, sidecar] = [join(folder, "data"), join(folder, "sidecar")];
      for (const made of [data, sidecar]) mkdirSync(made);
      // What S3 keeps beside an object goes into extended attributes, which not every file system has, or into a folder.
      const args = ["--quiet", "--port", `127.0.0.1:${port}`, "posix", "--sidecar", sidecar, data];
      return { args, env: rootKeys("ROOT_ACCESS_KEY", "ROOT_SECRET_KEY") };
    },
  },
  minio: {
    account: ACCOUNT,
    prepare: ({ port, folder }) => {
      const args = ["server", "--quiet", "--address", `127.0.0.1:${port}`, join(folder, "data")];
      const env = { ...rootKeys("MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"), MINIO_BROWSER: "off" };
      return { args, env: { ...env, MINIO_UPDATE: "off" } };
    },
  },
  moto: { account: ACCOUNT, prepare: ({ port }) => ({ args: ["-H", "127.0.0.1", "-p", String(port)] }) },
  s3rver: {
    account: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
    prepare: ({ port, folder }) => ({
      args: ["-a", "127.0.0.1", "-p", String(port), "-d", folder, "--no-vhost-buckets"],
    }),
  },
};

/**
 * @param {string} key
 * @param {string} secret
 */
function rootKeys(key, secret) {
  return { [key]: ACCOUNT.accessKeyId, [secret]: ACCOUNT.secretAccessKey };
}

/**
 * Starts an S3 server without buckets on a free port of the loopback. A proxy in front of it keeps the log, so that
 * all kinds tell the same about a request, and can break answers.
 * @param {ObjectStoreKind} kind
 * @returns {Promise<ObjectStore & AsyncDisposable>}
 */
export async function startObjectStore(kind) {
  const { account, prepare } = kinds[kind];
  const server = await startServer(kind, prepare);
  const direct = `http://${server.host}`;
  const proxy = await startFaultProxy({ to: direct });
  const signer = { ...account, region: "us-east-1" };
  /** @type {ObjectStore["request"]} */
  const request = async (method, path, { body = "", headers = {} } = {}) => {
    const url = new URL(path, direct);
    const signed = signS3Request(signer, { method, url, body, headers });
    const hasBody = method !== "GET" && method !== "HEAD";
    return fetch(url, { method, headers: signed, ...(hasBody ? { body } : {}) });
  };
  const stop = async () => {
    await proxy.stop();
    await server.stop();
  };
  // MinIO listens a while before it is ready.
  const isReady = async () => (await request("GET", "/")).status !== 503;
  await waitUntil(kind, READY_LIMIT_MS, isReady).catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    ...signer,
    endpoint: proxy.url,
    directEndpoint: direct,
    request,
    createBucket: async (name) => {
      const answer = await request("PUT", `/${name}`);
      if (!answer.ok) throw new Error(`bucket ${name}: ${answer.status} ${await answer.text()}`);
    },
    accessLog: proxy.requests,
    setRules: proxy.setRules,
    serverLog: server.log,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
