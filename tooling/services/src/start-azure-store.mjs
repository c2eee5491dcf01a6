import { startFaultProxy } from "./fault-proxy.mjs";
import { signAzureRequest } from "./sign-azure-request.mjs";
import { startServer } from "./start-server.mjs";

/**
 * @typedef {object} AzureStore
 * @property {string} endpoint    "http://127.0.0.1:PORT/ACCOUNT", of the proxy that keeps the log
 * @property {string} account
 * @property {string} accountKey    in base64
 * @property {(name: string) => Promise<void>} createContainer
 * @property {() => import("./fault-proxy.mjs").ProxiedRequest[]} accessLog
 * @property {(rules: readonly import("./fault-rules.mjs").FaultRule[]) => void} setRules
 * @property {() => Promise<void>} stop
 */

const ACCOUNT = "testaccount";
const ACCOUNT_KEY = Buffer.from("the key of an account that lives for one test").toString("base64");

/**
 * Starts Azure's Blob service as azurite has it, without containers, on a free port of the loopback.
 * @returns {Promise<AzureStore & AsyncDisposable>}
 */
export async function startAzureStore() {
  const server = await startServer("azurite", ({ port, folder }) => ({
    args: [
      ...["--blobHost", "127.0.0.1", "--blobPort", String(port), "--location", folder],
      ...["--silent", "--skipApiVersionCheck", "--disableTelemetry"],
    ],
    env: { AZURITE_ACCOUNTS: `${ACCOUNT}:${ACCOUNT_KEY}` },
  }));
  const proxy = await startFaultProxy({ to: `http://${server.host}` });
  const key = { account: ACCOUNT, accountKey: ACCOUNT_KEY };
  const stop = async () => {
    await proxy.stop();
    await server.stop();
  };
  return {
    ...key,
    endpoint: `${proxy.url}/${ACCOUNT}`,
    createContainer: async (name) => {
      const url = new URL(`http://${server.host}/${ACCOUNT}/${name}?restype=container`);
      const answer = await fetch(url, {
        method: "PUT",
        headers: signAzureRequest(key, { method: "PUT", url }),
      });
      if (answer.status !== 201)
        throw new Error(`container ${name}: ${answer.status} ${await answer.text()}`);
    },
    accessLog: proxy.requests,
    setRules: proxy.setRules,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
