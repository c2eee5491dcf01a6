import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { cacheFolder, programPath } from "./locate.mjs";
import { runProgram } from "./run-program.mjs";

// A module proxy that is busy drops one download in some hundreds, and a build of distribution makes over a hundred.
const ATTEMPTS = 3;

/**
 * Builds one Go program into the cache. The finished file appears under its name in one step, so two builds at
 * the same time do no harm.
 * @param {string} name
 * @param {import("./catalogue.mjs").GoBuild} service
 */
export async function installGo(name, service) {
  const target = programPath(name);
  if (!target) throw new Error(`no place for ${name}`);
  mkdirSync(dirname(target), { recursive: true });
  const staging = mkdtempSync(join(cacheFolder(), "build-"));
  try {
    await build(`${service.package}@${service.version}`, staging);
    renameSync(join(staging, basename(service.package)), target);
    linkPlainName(target, join(dirname(target), service.program));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * @param {string} module
 * @param {string} staging
 */
async function build(module, staging) {
  let last = "";
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const done = await runProgram("go", ["install", module], { env: goEnvironment(staging) }).catch(
      explainMissingGo,
    );
    if (done.code === 0) return;
    last = done.stderr;
  }
  throw new Error(last.trim().split("\n").slice(-3).join(" / ") || "go install failed");
}

/**
 * @param {string} staging
 * @returns {NodeJS.ProcessEnv}
 */
function goEnvironment(staging) {
  // Two compilers at once: linking distribution with more has run small machines out of memory.
  const flags = [process.env["GOFLAGS"], "-p=2"].filter(Boolean).join(" ");
  const env = { ...process.env, GOBIN: staging, GOFLAGS: flags };
  // Go refuses to start when it can place neither its modules nor its build cache.
  if (homedir()) return env;
  return { GOPATH: join(cacheFolder(), "go"), GOCACHE: join(cacheFolder(), "go-build"), ...env };
}

/**
 * @param {NodeJS.ErrnoException} error
 * @returns {never}
 */
function explainMissingGo(error) {
  if (error.code === "ENOENT") throw new Error("the go command is not on PATH");
  throw error;
}

/**
 * Lets a person put the cache's bin folder on PATH and call the programs by their usual names.
 * @param {string} target
 * @param {string} link
 */
function linkPlainName(target, link) {
  rmSync(link, { force: true });
  symlinkSync(basename(target), link);
}
