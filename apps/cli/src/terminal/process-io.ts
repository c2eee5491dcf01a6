import { homedir } from "node:os";
import type { CommandIo, InputStream, OutputStream } from "./command-io.js";

// As a shell reports a program that wrote to a pipe nobody reads: 128 + SIGPIPE.
const BROKEN_PIPE = 141;
const LONGEST_INPUT = 1024 * 1024;

function outputStream(stream: NodeJS.WriteStream): OutputStream {
  // `bale ls | head` closes the pipe early: that is no failure to talk about.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(BROKEN_PIPE);
  });
  return {
    isTty: stream.isTTY === true,
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
    write: (data) =>
      new Promise((resolve, reject) => {
        stream.write(data, (error) => (error ? reject(error) : resolve()));
      }),
  };
}

function inputStream(stream: NodeJS.ReadStream): InputStream {
  return {
    isTty: stream.isTTY === true,
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
    readLine: async () => {
      const { createInterface } = await import("node:readline/promises");
      const lines = createInterface({ input: stream });
      try {
        return await lines.question("");
      } finally {
        lines.close();
      }
    },
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

/** The streams, environment and clock of this process. */
export function processIo(): CommandIo {
  const { env } = process;
  return {
    env,
    cwd: process.cwd(),
    home: homeFolder(env),
    get stdin() {
      return inputStream(process.stdin);
    },
    stdout: outputStream(process.stdout),
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
