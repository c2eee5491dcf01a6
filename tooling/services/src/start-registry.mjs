import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAccessLog } from "./access-log.mjs";
import { askRegistry } from "./ask-registry.mjs";
import { programPath } from "./locate.mjs";
import { flavours } from "./registry-flavours.mjs";
import { registrySetting } from "./registry-setting.mjs";
import { requireService } from "./require.mjs";
import { startGuarded } from "./start-guarded.mjs";
import { waitUntil } from "./wait-until.mjs";

const START_LIMIT_MS = 20_000;
const LOG_LIMIT_MS = 5000;

/**
 * @typedef {object} RunningRegistry
 * @property {string} url     "http://127.0.0.1:PORT", or https with TLS
 * @property {string} host    "127.0.0.1:PORT"
 * @property {string} dataFolder    where it keeps its blobs; unused by ggcr and by the variant "redirect"
 * @property {import("./certificates.mjs").Certificates | undefined} certificates    with TLS: those that it was made with
 * @property {() => Promise<import("./access-log.mjs").AccessLogEntry[]>} accessLog    all requests so far
 * @property {() => Promise<string>} serverLog    everything it wrote, for a failed test's message
 * @property {() => Promise<void>} stop    ends it and removes its folder
 */

/**
 * Starts a real registry on a free port with an empty store, and resolves once it answers.
 * It ends with `stop()`, or together with the process that started it.
 * @param {"distribution" | "docker-registry" | "ggcr"} kind
 * @param {import("./registry-setting.mjs").RegistryOptions} [options]
 * @returns {Promise<RunningRegistry & AsyncDisposable>}
 */
export async function startRegistry(kind, options = {}) {
  requireService(kind);
  const flavour = flavours[kind];
  const { variant = "open" } = options;
  if (!flavour?.variants.includes(variant)) throw new Error(`registry ${kind} has no variant "${variant}"`);
  const folder = await mkdtemp(join(tmpdir(), `bale-${kind}-`));
  const setting = await registrySetting(folder, options).catch(async (error) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const { certificates, dataFolder } = setting;
  const guarded = startGuarded(programPath(kind) ?? kind, flavour.args(setting), folder);
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
    const url = `${certificates ? "https" : "http"}://${host}`;
    await waitUntil(`${url}/v2/`, START_LIMIT_MS, () => askRegistry(url, "start", certificates));
    const logFile = flavour.accessLog === "stdout" ? guarded.stdoutFile : guarded.stderrFile;
    return {
      url,
      host,
      dataFolder,
      certificates,
      stop,
      [Symbol.asyncDispose]: stop,
      accessLog: async () => parseAccessLog(await flushedLog(url, logFile, certificates), flavour.accessLine),
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
 * @param {import("./certificates.mjs").Certificates | undefined} certificates
 * @returns {Promise<string>}
 */
async function flushedLog(url, logFile, certificates) {
  const mark = randomUUID();
  await askRegistry(url, mark, certificates);
  return waitUntil(`log of ${url}`, LOG_LIMIT_MS, () => {
    const text = readFileSync(logFile, "utf8");
    return text.includes(mark) && text;
  });
}
