import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROBE, parseAccessLog } from "./access-log.mjs";
import { programPath } from "./locate.mjs";
import { flavours } from "./registry-flavours.mjs";
import { requireService } from "./require.mjs";
import { startGuarded } from "./start-guarded.mjs";
import { waitUntil } from "./wait-until.mjs";

const START_LIMIT_MS = 20_000;
const LOG_LIMIT_MS = 5000;

/**
 * @typedef {object} RunningRegistry
 * @property {string} url     "http://127.0.0.1:PORT"
 * @property {string} host    "127.0.0.1:PORT"
 * @property {string} dataFolder    where it keeps its blobs; unused by ggcr
 * @property {() => Promise<import("./access-log.mjs").AccessLogEntry[]>} accessLog    all requests so far
 * @property {() => Promise<string>} serverLog    everything it wrote, for a failed test's message
 * @property {() => Promise<void>} stop    ends it and removes its folder
 */

/**
 * Starts a real registry on a free port with an empty store, and resolves once it answers.
 * It ends with `stop()`, or together with the process that started it.
 * @param {"distribution" | "docker-registry" | "ggcr"} kind
 * @param {{ variant?: "open" | "nodelete" | "readonly" | "htpasswd" | "token", dataFolder?: string,
 *   tokens?: import("./token-service.mjs").TokenService }} [options]
 *   `dataFolder`: serves what an earlier registry stored there, and is not removed.
 *   `tokens`: the service whose tokens the variant "token" accepts
 * @returns {Promise<RunningRegistry & AsyncDisposable>}
 */
export async function startRegistry(kind, { variant = "open", dataFolder, tokens } = {}) {
  requireService(kind);
  const flavour = flavours[kind];
  if (!flavour?.variants.includes(variant)) throw new Error(`registry ${kind} has no variant "${variant}"`);
  if (variant === "token" && !tokens) throw new Error("the variant token needs a token service");
  const folder = await mkdtemp(join(tmpdir(), `bale-${kind}-`));
  const data = dataFolder ?? join(folder, "data");
  const args = flavour.args({ folder, variant, dataFolder: data, tokens });
  const guarded = startGuarded(programPath(kind) ?? kind, args, folder);
  const stop = async () => {
    await guarded.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const host = await waitUntil(`registry ${kind}`, START_LIMIT_MS, () => {
      const log = readFileSync(guarded.stderrFile, "utf8");
      const port = flavour.listening.exec(log)?.[1];
      if (!port && guarded.hasEnded()) throw new Error(`registry ${kind} ended at once:\n${log}`);
      return port && `127.0.0.1:${port}`;
    });
    const url = `http://${host}`;
    await waitUntil(`${url}/v2/`, START_LIMIT_MS, () => isAnswering(url, "start"));
    const logFile = flavour.accessLog === "stdout" ? guarded.stdoutFile : guarded.stderrFile;
    return {
      url,
      host,
      dataFolder: data,
      stop,
      [Symbol.asyncDispose]: stop,
      accessLog: async () => parseAccessLog(await flushedLog(url, logFile), flavour.accessLine),
      serverLog: async () => readFileSync(guarded.stderrFile, "utf8"),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * A server writes its line after the client has the answer. A request of our own is written after those before it.
 * @param {string} url
 * @param {string} logFile
 * @returns {Promise<string>}
 */
async function flushedLog(url, logFile) {
  const mark = randomUUID();
  await isAnswering(url, mark);
  return waitUntil(`log of ${url}`, LOG_LIMIT_MS, () => {
    const text = readFileSync(logFile, "utf8");
    return text.includes(mark) && text;
  });
}

/**
 * @param {string} url
 * @param {string} mark
 * @returns {Promise<boolean>}
 */
async function isAnswering(url, mark) {
  try {
    const answer = await fetch(`${url}/v2/?${PROBE}=${mark}`, { headers: { connection: "close" } });
    await answer.arrayBuffer();
    return answer.status === 200 || answer.status === 401;
  } catch {
    return false;
  }
}
