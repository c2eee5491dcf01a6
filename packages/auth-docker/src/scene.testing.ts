import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import type { SourcedCredential } from "@bale/auth";
import { BaleError, type CredentialProvider } from "@bale/spec";
import { dockerCredentials } from "./docker-credentials.js";
import type { DockerOptions } from "./docker-options.js";

/** A home folder of its own, with a folder for helpers in PATH. */
export interface Scene extends Disposable {
  readonly home: string;
  /** `.docker/config.json` in it. */
  readonly config: string;
  readonly options: DockerOptions;
  readonly warnings: string[];
  /** Writes a file; anything but a text as JSON. Returns its path. */
  readonly put: (path: string, content: unknown) => string;
  /** Makes a helper out of a shell script. */
  readonly helper: (name: string, script: string) => void;
  readonly read: (path: string) => string;
  readonly provider: (changes?: Partial<DockerOptions>) => CredentialProvider;
}

export function makeScene(): Scene {
  const home = mkdtempSync(join(tmpdir(), "auth-docker-"));
  const bin = join(home, "bin");
  mkdirSync(bin);
  const warnings: string[] = [];
  const options: DockerOptions = {
    env: { HOME: home, PATH: `${bin}:/usr/bin:/bin` },
    platform: "linux",
    warn: (message) => warnings.push(message),
  };
  return {
    home,
    config: join(home, ".docker", "config.json"),
    options,
    warnings,
    put: (path, content) => {
      const file = join(home, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
      return file;
    },
    // Another process writes it: a handle of this one could be inherited by a program that a second test file starts at that moment, and
    // a file that somebody can write to cannot be run (ETXTBSY).
    helper: (name, script) => {
      const file = join(bin, `docker-credential-${name}`);
      spawnSync("/bin/sh", ["-c", 'cat > "$1" && chmod 755 "$1"', "sh", file], {
        input: `#!/bin/sh\n${script}\n`,
      });
    },
    read: (path) => readFileSync(join(home, path), "utf8"),
    provider: (changes = {}) => dockerCredentials({ ...options, ...changes }),
    [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }),
  };
}

/**
 * Keeps what it is given in a folder for each server, and what it was asked in a log beside them, as the protocol has it. It starts no other
 * program where it can help it, since the suites ask it hundreds of times.
 */
export const FILE_HELPER = `
store="$HOME/store"; read -r input || :
[ -d "$store" ] || mkdir -p "$store"
printf "%s %s\\n" "$1" "$input" >> "$store/log"
case $1 in
  get)
    if [ -f "$store/$input/kept" ]; then read -r kept < "$store/$input/kept" || :; printf "%s\\n" "$kept"
    else echo "credentials not found in native keychain"; exit 1; fi ;;
  store)
    server=\${input#*'"ServerURL":"'}; server=\${server%%'"'*}
    mkdir -p "$store/$server"; printf %s "$input" > "$store/$server/kept" ;;
  erase) rm -f "$store/$input/kept" ;;
esac`;

export function answering(username: string, password: string): string {
  const answer = JSON.stringify({ ServerURL: "x", Username: username, Secret: password });
  return `cat > /dev/null; cat <<'END'\n${answer}\nEND`;
}

/** What a credential says when it is sent: kind, user, secret. */
export function shown(credential: SourcedCredential | undefined): string | undefined {
  if (!credential) return undefined;
  if (credential.kind === "anonymous") return "anonymous";
  return credential.kind === "basic"
    ? `basic ${credential.username} ${credential.password.reveal()}`
    : `${credential.kind} ${credential.token.reveal()}`;
}

export async function ask(
  provider: CredentialProvider,
  origin: string,
  repository?: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  return shown(await provider.resolve({ origin, repository, actions: ["pull"] }, { signal }));
}

export async function failure(promise: Promise<unknown>): Promise<BaleError> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!BaleError.is(error)) throw new Error(`expected a BaleError, got ${String(error)}`);
  return error;
}

/** All that could be shown of an error, causes included. */
export function printed(error: BaleError): string {
  return [
    inspect(error, { depth: null, showHidden: true }),
    error.message,
    error.why,
    error.fix,
    JSON.stringify(error),
  ].join("\n");
}

export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
