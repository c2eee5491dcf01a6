import { type ChildProcess, spawn } from "node:child_process";
import { BaleError, type CallOptions } from "@bale/spec";
import type { Environment } from "./environment-credentials.js";
import { findProgram } from "./find-program.js";

export interface ProgramCall extends CallOptions {
  /** File name without extension; looked for in `searchPath` only. */
  readonly program: string;
  /** Passed as they are: there is no shell. */
  readonly args: readonly string[];
  /** Value of PATH. Only its absolute folders count. */
  readonly searchPath: string;
  readonly env: Environment;
  readonly timeoutMs: number;
  /** Most bytes of each output that is read. */
  readonly maxBytes: number;
  /** What it gets on stdin; default nothing. It need not read it. */
  readonly input?: string | undefined;
  /** `ignore`: nobody listens to stderr, which may then have any length. */
  readonly stderr?: "ignore" | undefined;
  /** Whose rules for names and search paths hold. Default: this system's. */
  readonly platform?: NodeJS.Platform | undefined;
}
/** How a program ended. Its outputs may hold secrets: neither is ever to be shown. */
export type ProgramOutcome =
  | { readonly kind: "absent" }
  | {
      readonly kind: "failed";
      /** In the words of a message: "it took longer than 30 s". */
      readonly why: string;
      readonly problem: "slow" | "flood" | "signal" | "start";
      /** The signal, or the system's name of the failure to start. */
      readonly detail?: string | undefined;
    }
  | { readonly kind: "ended"; readonly exitCode: number; readonly stdout: string; readonly stderr: string };

type Failed = ProgramOutcome & { readonly kind: "failed" };

function notStarted(error: unknown): Failed {
  const detail =
    error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  return { kind: "failed", problem: "start", why: "it could not be started", detail };
}

/** Collects an output; `overflow` is called once there is more than may be. */
function collect(stream: NodeJS.ReadableStream | null, maxBytes: number, overflow: () => void): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) overflow();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString("utf8");
}

/** Ends a program and everything that ties this process to it: a child of it may live on with the other ends in its hands. */
function kill(child: ChildProcess): void {
  child.kill("SIGKILL");
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

function start(path: string, call: ProgramCall): ChildProcess {
  return spawn(path, [...call.args], {
    env: call.env,
    shell: false,
    windowsHide: true,
    stdio: [call.input === undefined ? "ignore" : "pipe", "pipe", call.stderr ?? "pipe"],
  });
}

/**
 * Runs a program without a shell. One that takes too long or prints too much is killed.
 * @throws BaleError `INTERRUPTED`
 */
export async function runProgram(call: ProgramCall): Promise<ProgramOutcome> {
  const { maxBytes, signal, timeoutMs } = call;
  const path = await findProgram(call.program, call.searchPath, call.platform);
  if (path === undefined) return { kind: "absent" };
  return new Promise((resolve, reject) => {
    const interrupted = (): BaleError =>
      new BaleError({ code: "INTERRUPTED", message: "stopped on request", cause: signal?.reason });
    if (signal?.aborted) return reject(interrupted());
    let child: ChildProcess;
    try {
      child = start(path, call);
    } catch (error) {
      return resolve(notStarted(error));
    }
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    const fail = (failed: Failed): void => {
      settle();
      kill(child);
      resolve(failed);
    };
    const onAbort = (): void => {
      settle();
      kill(child);
      reject(interrupted());
    };
    const slow: Failed = {
      kind: "failed",
      problem: "slow",
      why: `it took longer than ${timeoutMs / 1000} s`,
    };
    const flood: Failed = {
      kind: "failed",
      problem: "flood",
      why: `it printed more than ${maxBytes} bytes`,
    };
    const timer = setTimeout(() => fail(slow), timeoutMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    const stdout = collect(child.stdout, maxBytes, () => fail(flood));
    const stderr = collect(child.stderr, maxBytes, () => fail(flood));
    child.on("error", (error) => fail(notStarted(error)));
    child.on("close", (exitCode, killedBy) => {
      settle();
      if (exitCode !== null) resolve({ kind: "ended", exitCode, stdout: stdout(), stderr: stderr() });
      else
        resolve({
          kind: "failed",
          problem: "signal",
          why: "it was ended by a signal",
          detail: killedBy ?? undefined,
        });
    });
    // Where the system has no more handles, there are no pipes, and an error follows.
    // A program that knows its answer need not read: a broken pipe (EPIPE) is no failure.
    child.stdin?.on("error", () => {});
    child.stdin?.end(call.input);
  });
}
