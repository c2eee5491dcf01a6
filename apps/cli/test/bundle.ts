import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface BundleResult {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
export interface BundleOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

export const MAIN: string = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** An environment in which nobody's configuration and credentials have a part. */
export function cleanEnvironment(
  home: string,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", HOME: home, CI: "1", BALE_PROGRESS: "none", ...extra };
}

/** Runs the built command line as a process of its own. */
export function bale(args: readonly string[], options: BundleOptions): Promise<BundleResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: options.cwd,
      env: cleanEnvironment(options.cwd, options.env),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const result = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      result.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      result.stderr += text;
    });
    child.on("error", reject);
    child.on("close", (exit) => resolve({ exit, ...result }));
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
  });
}
