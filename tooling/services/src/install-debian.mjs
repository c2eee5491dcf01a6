import { existsSync, rmSync, writeFileSync } from "node:fs";
import { isRunnable } from "./locate.mjs";
import { runProgram } from "./run-program.mjs";

// invoke-rc.d asks this file before a package starts its daemon; 101 means "forbidden".
const POLICY_FILE = "/usr/sbin/policy-rc.d";
const FORBID_ALL = "#!/bin/sh\nexit 101\n";

/**
 * Installs Debian packages, without letting it start a daemon: docker-registry would otherwise take port 5000.
 * @param {import("./catalogue.mjs").DebianPackages} service
 */
export async function installDebian(service) {
  if (!isRunnable("/usr/bin/apt-get")) throw new Error("needs apt-get, or the program on PATH");
  if (process.getuid?.() !== 0) throw new Error(`needs root: apt-get install ${service.packages.join(" ")}`);
  const ownPolicy = !existsSync(POLICY_FILE);
  if (ownPolicy) writeFileSync(POLICY_FILE, FORBID_ALL, { mode: 0o755 });
  try {
    // Package lists of a fresh container are empty, and old ones name files that are gone.
    if (!(await apt(["install", "-y", "--no-install-recommends", ...service.packages])).ok) {
      await apt(["update"]);
      const second = await apt(["install", "-y", "--no-install-recommends", ...service.packages]);
      if (!second.ok) throw new Error(second.reason);
    }
  } finally {
    if (ownPolicy) rmSync(POLICY_FILE, { force: true });
  }
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<{ ok: boolean, reason: string }>}
 */
async function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const done = await runProgram("/usr/bin/apt-get", ["-q", "-o", "DPkg::Lock::Timeout=120", ...args], {
    env,
  });
  return { ok: done.code === 0, reason: done.stderr.trim().split("\n").slice(-2).join(" / ") };
}
