import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startFaultProxy } from "./fault-proxy.mjs";
import { startServer } from "./start-server.mjs";

/**
 * @typedef {object} GcsStore
 * @property {string} endpoint    "http://127.0.0.1:PORT", of the proxy that keeps the log; everybody is let in
 * @property {string} projectId
 * @property {(name: string) => Promise<void>} createBucket
 * @property {() => import("./fault-proxy.mjs").ProxiedRequest[]} accessLog
 * @property {(rules: readonly import("./fault-rules.mjs").FaultRule[]) => void} setRules
 * @property {() => Promise<void>} stop
 */

const PROJECT = "test-project";

/**
 * Starts Google's Cloud Storage as fake-gcs-server has it, without buckets, on a free port of the loopback.
 * @returns {Promise<GcsStore & AsyncDisposable>}
 */
export async function startGcsStore() {
  /** @type {Awaited<ReturnType<typeof startFaultProxy>> | undefined} */
  let started;
  const server = await startServer("fake-gcs-server", async ({ port, folder }) => {
    // The server gives out its own address, in which clients shall find the proxy: so the proxy has to be there first.
    await started?.stop();
    started = await startFaultProxy({ to: `http://127.0.0.1:${port}` });
    const data = join(folder, "data");
    mkdirSync(data);
    const flags = {
      scheme: "http",
      host: "127.0.0.1",
      port: String(port),
      "public-host": started.host,
      "external-url": started.url,
      backend: "filesystem",
      "filesystem-root": data,
    };
    return { args: Object.entries(flags).flatMap(([name, value]) => [`-${name}`, value]) };
  });
  if (!started) throw new Error("fake-gcs-server has no proxy");
  const proxy = started;
  const stop = async () => {
    await proxy.stop();
    await server.stop();
  };
  return {
    endpoint: proxy.url,
    projectId: PROJECT,
    createBucket: async (name) => {
      const answer = await fetch(`http://${server.host}/storage/v1/b?project=${PROJECT}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ name }),
      });
      if (!answer.ok) throw new Error(`bucket ${name}: ${answer.status} ${await answer.text()}`);
    },
    accessLog: proxy.requests,
    setRules: proxy.setRules,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
