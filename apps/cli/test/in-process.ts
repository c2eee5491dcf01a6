import { run } from "../src/run.js";
import type { CommandIo } from "../src/terminal/command-io.js";

export interface InProcessResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}
export interface InProcessOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** In place of `input`, for what is no text. */
  readonly inputBytes?: Uint8Array;
  /** What is typed where nothing is echoed: each a chunk that the terminal hands over. */
  readonly keys?: readonly string[];
  readonly isTty?: boolean;
  readonly columns?: number;
}

/** Everything that a command writes, and a clock that stands still. */
export function recordingIo(options: InProcessOptions): {
  readonly io: CommandIo;
  readonly written: { stdout: string; stderr: string };
} {
  const written = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") => ({
    isTty: options.isTty ?? false,
    columns: options.columns,
    write: async (data: string | Uint8Array) => {
      written[name] += typeof data === "string" ? data : new TextDecoder().decode(data);
    },
  });
  const io: CommandIo = {
    env: { BALE_PROGRESS: "none", ...options.env },
    cwd: options.cwd,
    home: options.cwd,
    stdin: {
      isTty: options.isTty ?? false,
      readAll: async () => options.input ?? "",
      bytes: async function* () {
        yield options.inputBytes ?? Buffer.from(options.input ?? "");
      },
      readLine: async () => options.input ?? "",
      openKeys: () => ({
        keys: (async function* () {
          for (const key of options.keys ?? []) yield Buffer.from(key);
        })(),
        [Symbol.dispose]: () => {},
      }),
    },
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    self: [],
    now: () => 0,
    every: () => () => {},
  };
  return { io, written };
}

/** Runs a command line in this process; quicker than the bundle, and otherwise the same. */
export async function runInProcess(
  args: readonly string[],
  options: InProcessOptions,
): Promise<InProcessResult> {
  const { io, written } = recordingIo(options);
  const exit = await run(args, io, new AbortController().signal);
  return { exit, ...written };
}
