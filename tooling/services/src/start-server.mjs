import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.mjs";
import { serviceCommand } from "./locate.mjs";
import { requireService } from "./require.mjs";
import { startGuarded } from "./start-guarded.mjs";
import { waitUntil } from "./wait-until.mjs";

const START_LIMIT_MS = 30_000;
// Somebody else may take the port between the look and the start.
const ATTEMPTS = 3;

/**
 * @typedef {object} ServerPlace
 * @property {number} port
 * @property {string} folder    for configuration and data; removed at the end
 */

/**
 * @typedef {object} RunningServer
 * @property {string} host    "127.0.0.1:PORT"
 * @property {string} folder
 * @property {() => string} log    everything it wrote
 * @property {() => Promise<void>} stop
 */

/**
 * Starts the program of a service on a free port, and resolves once something listens there. It ends with `stop()`, or
 * together with the process that started it.
 * @param {string} name
 * @param {(place: ServerPlace) => { args: readonly string[], env?: NodeJS.ProcessEnv } | Promise<{ args: readonly string[], env?: NodeJS.ProcessEnv }>} prepare
 * @returns {Promise<RunningServer>}
 */
export async function startServer(name, prepare) {
  requireService(name);
  const [program, ...first] = serviceCommand(name);
  for (let attempt = 1; ; attempt += 1) {
    const folder = await mkdtemp(join(tmpdir(), `bale-${name}-`));
    const port = await freePort();
    const { args, env } = await prepare({ port, folder });
    const guarded = startGuarded(program, [...first, ...args], folder, env);
    const log = () => readFileSync(guarded.stdoutFile, "utf8") + readFileSync(guarded.stderrFile, "utf8");
    const stop = async () => {
      await guarded.stop();
      await rm(folder, { recursive: true, force: true });
    };
    try {
      await waitUntil(name, START_LIMIT_MS, async () => {
        if (guarded.hasEnded()) throw new Error(`${name} ended at once:\n${log()}`);
        return listens(port);
      });
      return { host: `127.0.0.1:${port}`, folder, log, stop };
    } catch (error) {
      await stop();
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}
