import { spawn } from "node:child_process";
import type { CommandIo } from "../terminal/command-io.js";
import type { StepOutcome } from "./steps.js";

export interface StepRun {
  readonly args: readonly string[];
  readonly cwd: string;
  /** Stands in for the user's home, so that nobody's configuration has a part in it. */
  readonly home: string;
  readonly color: boolean;
  readonly signal: AbortSignal;
}

function environment(io: CommandIo, { home, color }: StepRun): NodeJS.ProcessEnv {
  const kept = Object.entries(io.env).filter(
    ([name]) => !name.startsWith("BALE_") && !name.startsWith("XDG_"),
  );
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    USERPROFILE: home,
    APPDATA: home,
    BALE_PROGRESS: "none",
    BALE_COLOR: color ? "always" : "never",
  };
}

/** Runs one command of bale as a process of its own, as a person would. */
export function runStep(io: CommandIo, run: StepRun): Promise<StepOutcome> {
  const [program = "", ...before] = io.self;
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...before, ...run.args], {
      cwd: run.cwd,
      env: environment(io, run),
      stdio: ["ignore", "pipe", "pipe"],
      signal: run.signal,
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output.stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ exit: code ?? 1, ...output }));
  });
}
