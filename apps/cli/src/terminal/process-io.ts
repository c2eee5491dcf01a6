import { homedir } from "node:os";
import type { ReadStream } from "node:tty";
import { BaleError } from "@bale/spec";
import { BROKEN_PIPE_EXIT, brokenPipe } from "../errors/broken-pipe.js";
import type { CommandIo, InputStream, OutputStream } from "./command-io.js";
import { openRawKeys } from "./raw-keys.js";

const LONGEST_INPUT = 1024 * 1024;

function isBroken(error: NodeJS.ErrnoException): boolean {
  return error.code === "EPIPE";
}

/** `onBroken`: what a write to a closed pipe means; its error is what the write throws. Without it, such a write is lost and nothing else happens. */
function outputStream(stream: NodeJS.WriteStream, onBroken?: () => Error): OutputStream {
  // Writes report their own failures; without a listener the event would end the process.
  stream.on("error", () => {});
  return {
    isTty: stream.isTTY === true,
    get columns() {
      // A terminal without a size says 0.
      return stream.isTTY && stream.columns > 0 ? stream.columns : undefined;
    },
    write: (data) =>
      new Promise((resolve, reject) => {
        stream.write(data, (error) => {
          if (!error) resolve();
          else if (!isBroken(error)) reject(error);
          else if (onBroken) reject(onBroken());
          else resolve();
        });
      }),
  };
}

function inputStream(stream: NodeJS.ReadStream): InputStream {
  return {
    isTty: stream.isTTY === true,
    bytes: () => stream as AsyncIterable<Buffer>,
    readAll: async () => {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > LONGEST_INPUT) break;
      }
      return Buffer.concat(chunks).subarray(0, LONGEST_INPUT).toString("utf8");
    },
    readLine: async (signal) => {
      const { createInterface } = await import("node:readline/promises");
      const lines = createInterface({ input: stream });
      try {
        // A question that the end of the stream leaves open is never answered, and the process would end without a word.
        const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
        return await Promise.race([lines.question("", signal ? { signal } : {}), ended]);
      } finally {
        lines.close();
      }
    },
    openKeys: (signal) => openRawKeys(stream as ReadStream, signal),
  };
}

function homeFolder(env: NodeJS.ProcessEnv): string {
  // Fails for a user without an entry in the password file and without HOME, as in some containers.
  try {
    return homedir();
  } catch {
    return env["TMPDIR"] ?? "/tmp";
  }
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new BaleError({
      code: "NOT_FOUND",
      message: "the current folder does not exist any more",
      fix: "change to another folder, or name one with -C",
      cause,
    });
  }
}

/** The streams, environment and clock of this process. `stop` is told why when nobody reads stdout any more. */
export function processIo(stop: (exit: number, reason: Error) => void): CommandIo {
  const { env } = process;
  return {
    env,
    get cwd() {
      return currentFolder();
    },
    home: homeFolder(env),
    get stdin() {
      return inputStream(process.stdin);
    },
    stdout: outputStream(process.stdout, () => {
      const reason = brokenPipe();
      stop(BROKEN_PIPE_EXIT, reason);
      return reason;
    }),
    stderr: outputStream(process.stderr),
    self: [process.execPath, process.argv[1] ?? ""],
    now: () => performance.now(),
    every: (milliseconds, call) => {
      const timer = setInterval(call, milliseconds);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
