import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type InProcessOptions, type InProcessResult, runInProcess } from "./in-process.js";
import { writeFiles } from "./temporary-folder.js";

export const SECRET: string = "s3cret-w0rd/of:alice";
export const TOKEN: string = "identity-t0ken-of-alice";
export const WRONG: string = "n0t-the-w0rd";
export const USERS = { users: { alice: SECRET, bob: WRONG } } as const;
export const FILE: string = ".docker/config.json";

const encoded = (text: string): readonly string[] => [
  text,
  encodeURIComponent(text),
  Buffer.from(text).toString("base64"),
  Buffer.from(`alice:${text}`).toString("base64"),
];
const HIDDEN = [SECRET, TOKEN].flatMap(encoded);

/** Runs a command as chattily as it gets; whatever it prints holds no secret. */
export async function run(
  cwd: string,
  args: readonly string[],
  options: Partial<InProcessOptions> = {},
): Promise<InProcessResult> {
  const env = { BALE_RETRIES: "0", ...options.env };
  const result = await runInProcess([...args, "--debug", "-vv"], { cwd, ...options, env });
  for (const secret of HIDDEN) expect(`${result.stdout}${result.stderr}`).not.toContain(secret);
  return result;
}
export const login = (cwd: string, place: string, input: string, ...flags: readonly string[]) =>
  run(cwd, ["login", place, "--username", "alice", "--password-stdin", ...flags], { input });

export function stored(cwd: string, file = FILE): Readonly<Record<string, unknown>> | undefined {
  const path = join(cwd, file);
  if (!existsSync(path)) return undefined;
  return (JSON.parse(readFileSync(path, "utf8")) as { auths?: Record<string, unknown> }).auths;
}

const HELPER = `#!/bin/sh
store="$HOME/kept"; read -r input || :; mkdir -p "$store"
case $1 in
  get) cat "$store/$input" 2>/dev/null || { echo "credentials not found in native keychain"; exit 1; } ;;
  store) server=\${input#*'"ServerURL":"'}; printf %s "$input" > "$store/\${server%%'"'*}" ;;
  erase) rm -f "$store/$input" ;;
esac
`;
export function helper(cwd: string, name: string, script = HELPER): Readonly<Record<string, string>> {
  const file = `bin/docker-credential-${name}`;
  writeFiles(cwd, { [file]: script });
  chmodSync(join(cwd, file), 0o755);
  return { HOME: cwd, PATH: `${join(cwd, "bin")}:/usr/bin:/bin` };
}
