import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "./start-server.mjs";

/**
 * @typedef {object} WebdavServer
 * @property {string} url    "http://127.0.0.1:PORT", an empty collection
 * @property {{ username: string, password: string }} account    the only one that is let in
 * @property {() => string} log
 * @property {() => Promise<void>} stop
 */

const ACCOUNT = { username: "alice", password: "correct horse" };

/**
 * Starts a WebDAV server on a free port of the loopback.
 * @returns {Promise<WebdavServer & AsyncDisposable>}
 */
export async function startWebdav() {
  const server = await startServer("wsgidav", ({ port, folder }) => {
    const data = join(folder, "data");
    mkdirSync(data);
    const config = {
      host: "127.0.0.1",
      port,
      provider_mapping: { "/": data },
      http_authenticator: { accept_basic: true, accept_digest: false, default_to_digest: false },
      simple_dc: { user_mapping: { "*": { [ACCOUNT.username]: { password: ACCOUNT.password } } } },
      // Properties and locks are kept in memory: nobody else uses the server.
      property_manager: true,
      lock_storage: true,
      verbose: 1,
    };
    const file = join(folder, "wsgidav.json");
    writeFileSync(file, JSON.stringify(config));
    return { args: ["--config", file] };
  });
  return {
    url: `http://${server.host}`,
    account: ACCOUNT,
    log: server.log,
    stop: server.stop,
    [Symbol.asyncDispose]: server.stop,
  };
}
