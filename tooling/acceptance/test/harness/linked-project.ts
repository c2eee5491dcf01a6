import { spawn } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("../../../../", import.meta.url));

/** The packages that programs with the client import. They are the built ones. */
const PACKAGES = ["auth", "http", "oci", "sdk"];

/** A folder outside the repository in which programs find the client's packages; with the files of an example, if it is one. */
export function linkedProject(folder: string, example?: string): string {
  mkdirSync(join(folder, "node_modules", "@bale"), { recursive: true });
  for (const name of PACKAGES)
    symlinkSync(join(ROOT, "packages", name), join(folder, "node_modules", "@bale", name));
  if (example !== undefined) cpSync(join(ROOT, "examples", example), folder, { recursive: true });
  return folder;
}

export interface Program {
  readonly exit: Promise<number | null>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Waits for a text on standard output; fails when the program ends before. */
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>;
}

/** Runs a program with Node. */
export function startProgram(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Program {
  const child = spawn(process.execPath, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const says = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(stdout);
        if (found) resolve(found);
      };
      child.stdout.on("data", look);
      look();
      exit.then((code) => reject(new Error(`ended with ${code}:\n${stdout}\n${stderr}`)), reject);
    });
  return { exit, stdout: () => stdout, stderr: () => stderr, kill: (signal) => child.kill(signal), says };
}
