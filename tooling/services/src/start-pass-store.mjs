import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { programOnPath, programPath } from "./locate.mjs";
import { requireService } from "./require.mjs";
import { runProgram } from "./run-program.mjs";

/**
 * @typedef {object} PassStore
 * @property {{ GNUPGHOME: string, PASSWORD_STORE_DIR: string, PATH: string }} env    for programs that call the helper "pass"
 * @property {() => Promise<Readonly<Record<string, string>>>} list    server to user name, as the helper tells
 * @property {() => Promise<void>} stop    ends GnuPG's agent and removes everything
 */

const OWNER = "test@example.invalid";

/**
 * Makes a password store with a key of its own and no passphrase, for the real docker-credential-pass.
 * @returns {Promise<PassStore & AsyncDisposable>}
 */
export async function startPassStore() {
  requireService("docker-credential-pass");
  // The agent listens on a socket in GNUPGHOME, and the path of a socket has 108 bytes at most.
  const folder = await mkdtemp(join(tmpdir(), "bale-p"));
  const helper = programPath("docker-credential-pass") ?? "";
  const env = {
    GNUPGHOME: join(folder, "g"),
    PASSWORD_STORE_DIR: join(folder, "store"),
    PATH: [dirname(helper), dirname(programOnPath("pass") ?? ""), process.env["PATH"]].join(delimiter),
  };
  /** @param {string} program @param {readonly string[]} args */
  const run = async (program, args, input = "") => {
    const done = await runProgram(program, args, { env: { ...process.env, ...env }, input });
    if (done.code !== 0) throw new Error(`${program} ${args.join(" ")}: ${done.stderr || done.stdout}`);
    return done.stdout;
  };
  const stop = async () => {
    await run("gpgconf", ["--kill", "gpg-agent"]);
    await rm(folder, { recursive: true, force: true });
  };
  await mkdir(env.GNUPGHOME, { mode: 0o700 });
  const generate = ["--quick-generate-key", `test <${OWNER}>`, "default", "default", "never"];
  await run("gpg", ["--batch", "--quiet", "--passphrase", "", ...generate]);
  await run("pass", ["init", OWNER]);
  return {
    env,
    list: async () => JSON.parse(await run(helper, ["list"])),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
