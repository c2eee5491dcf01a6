import { spawn } from "node:child_process";
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
  /** Most bytes of each of the two outputs. */
  readonly maxBytes: number;
}
/** How a program ended. Its outputs may hold secrets: neither is ever to be shown. */
export type ProgramOutcome =
  | { readonly kind: "absent" }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "ended"; readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/**
 * Runs a program without a shell and without input. One that takes too long or prints too much is killed.
 * @throws BaleError `INTERRUPTED`
 */
export async function runProgram(call: ProgramCall): Promise<ProgramOutcome> {
  const { signal } = call;
  const path = await findProgram(call.program, call.searchPath);
  if (path === undefined) return { kind: "absent" };
  return new Promise((resolve, reject) => {
    const interrupted = (): BaleError =>
      new BaleError({ code: "INTERRUPTED", message: "stopped on request", cause: signal?.reason });
    if (signal?.aborted) return reject(interrupted());
    const child = spawn(path, [...call.args], {
      env: call.env,
      shell: false,
      windowsHide: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stop = (): void => {
      settle();
      child.kill("SIGKILL");
      // A child of the program may live on with the other ends in its hands; it must not keep this process.
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
    };
    const fail = (why: string): void => {
      stop();
      resolve({ kind: "failed", why });
    };
    const onAbort = (): void => {
      stop();
      reject(interrupted());
    };
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    const timer = setTimeout(() => fail(`it took longer than ${call.timeoutMs / 1000} s`), call.timeoutMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    const collect = (stream: NodeJS.ReadableStream): (() => string) => {
      const chunks: Buffer[] = [];
      let size = 0;
      stream.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > call.maxBytes) fail(`it printed more than ${call.maxBytes} bytes`);
        else chunks.push(chunk);
      });
      return () => Buffer.concat(chunks).toString("utf8");
    };
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.on("error", () => fail("it could not be started"));
    child.on("close", (exitCode) => {
      settle();
      if (exitCode === null) resolve({ kind: "failed", why: "it was ended by a signal" });
      else resolve({ kind: "ended", exitCode, stdout: stdout(), stderr: stderr() });
    });
  });
}
