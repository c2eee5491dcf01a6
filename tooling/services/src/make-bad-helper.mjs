import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** @typedef {"hang" | "flood" | "rubbish" | "secret-on-stderr" | "token-user" | "closes-stdin" | "empty" | "missing"} BadHelperKind */

/**
 * @typedef {object} BadHelper
 * @property {string} name    what "credsStore" or "credHelpers" calls it
 * @property {NodeJS.ProcessEnv} env    PATH with its folder first
 * @property {() => string[]} calls    the words it was called with, such as "get"
 */

/**
 * What each does after it noted how it was called, as lines for a shell.
 * @type {Readonly<Record<Exclude<BadHelperKind, "missing">, (secret: string) => string>>}
 */
const scripts = {
  hang: () => "exec sleep 3600",
  flood: () => 'exec yes \'{"Secret":"x"}\'',
  rubbish: () => "cat > /dev/null\necho 'not json {'",
  "secret-on-stderr": (secret) =>
    `cat > /dev/null\necho 'failed with ${secret}' >&2\necho 'failed with ${secret}'\nexit 3`,
  "token-user": (secret) => `cat > /dev/null\n${answer("<token>", secret)}`,
  "closes-stdin": () => "exec 0<&-\nsleep 0.1\necho 'credentials not found in native keychain'\nexit 1",
  // docker-credential-pass says so that there is nothing.
  empty: () => `cat > /dev/null\n${answer("", "")}`,
};

/**
 * @param {string} user
 * @param {string} secret
 */
function answer(user, secret) {
  return `echo '${JSON.stringify({ ServerURL: "", Username: user, Secret: secret })}'`;
}

/**
 * Writes a credential helper that does not do what it should, into a folder of its own: "hang" never ends, "flood" never
 * stops talking, "rubbish" answers no JSON, "secret-on-stderr" fails and says `secret`, "token-user" answers `secret` as
 * an identity token, "closes-stdin" does not read what it is asked, "empty" answers empty words, "missing" is not there.
 * @param {BadHelperKind} kind
 * @param {{ secret?: string }} [options]
 * @returns {BadHelper & Disposable}
 */
export function makeBadHelper(kind, { secret = "s3cret" } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "bale-helper-"));
  const log = join(folder, "calls");
  mkdirSync(join(folder, "bin"));
  if (kind !== "missing") {
    const script = `#!/bin/sh\necho "$1" >> '${log}'\n${scripts[kind](secret)}\n`;
    writeFileSync(join(folder, "bin", `docker-credential-${kind}`), script, { mode: 0o755 });
  }
  return {
    name: kind,
    env: { PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter) },
    calls: () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").filter(Boolean) : []),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
