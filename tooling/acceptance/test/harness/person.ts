import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CommandResult, runBale } from "./bale-command.js";

/** Somebody with a home of their own, in which nothing is set up yet. */
export interface Person {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs bale as this person; in the home, unless `cwd` says otherwise. */
  readonly run: (args: readonly string[], options?: PersonOptions) => Promise<CommandResult>;
  /** Writes a file below the home, and returns where it is. */
  readonly write: (path: string, content: string) => string;
  /** What `docker login` would have written: the account for each registry, unencrypted. */
  readonly writeDockerConfig: (config: unknown) => string;
  /** The user's configuration of bale, as JSON, which is YAML. */
  readonly writeConfig: (config: unknown) => string;
  /** A workspace with these files, all added. */
  readonly workspace: (name: string, files: Readonly<Record<string, string | Buffer>>) => Promise<string>;
}
export interface PersonOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

const FOREIGN =
  /^(?:BALE_|XDG_|DOCKER_|REGISTRY_|GITHUB_|GH_|AWS_|SSL_|NODE_EXTRA_CA_CERTS$|(?:https?|no|all)_proxy$)/i;

/** What the machine has set must not decide a test. */
function withoutForeign(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = Object.keys(env).filter((name) => FOREIGN.test(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

export function newPerson(home: string): Person {
  mkdirSync(home, { recursive: true });
  const env = { ...withoutForeign(process.env), HOME: home, CI: "1" };
  const run: Person["run"] = (args, options = {}) =>
    runBale(args, { cwd: options.cwd ?? home, env: { ...env, ...options.env }, input: options.input });
  const write: Person["write"] = (path, content) => {
    const file = join(home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  return {
    home,
    env,
    run,
    write,
    writeDockerConfig: (config) => write(".docker/config.json", JSON.stringify(config)),
    writeConfig: (config) => write(".config/bale/config.yaml", JSON.stringify(config)),
    workspace: async (name, files) => {
      const folder = join(home, name);
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      for (const args of [["init"], ["add", "."]]) {
        const { exit, stdout } = await run(args, { cwd: folder });
        if (exit !== 0) throw new Error(stdout);
      }
      return folder;
    },
  };
}

/** What Docker's configuration holds for an account. */
export function dockerAuth(account: { readonly username: string; readonly password: string }): {
  readonly auth: string;
} {
  return { auth: Buffer.from(`${account.username}:${account.password}`).toString("base64") };
}
