import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The built command line; `BALE_MAIN` names another build than this checkout's. */
export const MAIN: string =
  process.env["BALE_MAIN"] ?? fileURLToPath(new URL("../../../../apps/cli/dist/main.js", import.meta.url));

export interface CommandResult {
  readonly exit: number;
  /** The one document that `--json` prints. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly stdout: string;
  readonly stderr: string;
}
export interface CommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** What it reads from standard input, which else is empty. */
  readonly input?: string | undefined;
  /** For node itself. */
  readonly nodeArgs?: readonly string[] | undefined;
}

/** Runs the built command line, as users do, in a process of its own. */
export async function runBale(args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  if (!existsSync(MAIN)) throw new Error("the command line is not built: run `npm run build` first");
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), MAIN, "--json", ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => undefined).end(options.input ?? "");
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const exit = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 128));
  });
  if (stdout.trim() === "") throw new Error(`bale ${args.join(" ")} printed nothing (${exit}):\n${stderr}`);
  return { exit, document: JSON.parse(stdout) as Readonly<Record<string, unknown>>, stdout, stderr };
}
