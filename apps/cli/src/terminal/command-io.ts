import type { RawKeys } from "./raw-keys.js";

/** One of the three standard streams, as far as commands see it. */
export interface OutputStream {
  readonly isTty: boolean;
  /** Width in characters, where it is known. */
  readonly columns: number | undefined;
  /** Settles once the bytes are handed over, so that nothing is lost at the end of the process. */
  readonly write: (data: string | Uint8Array) => Promise<void>;
}
export interface InputStream {
  readonly isTty: boolean;
  /** Everything up to the end, at most 1 MiB. */
  readonly readAll: () => Promise<string>;
  /** Everything up to the end, as it comes. */
  readonly bytes: () => AsyncIterable<Uint8Array>;
  /** One line, without its end; empty at the end of the stream. Rejects when the signal aborts. */
  readonly readLine: (signal?: AbortSignal) => Promise<string>;
  /** Keys without echo. Only of a terminal. */
  readonly openKeys: (signal: AbortSignal) => RawKeys;
}
/** All that a command reaches of its process. Tests pass another one. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** How this program is started again: interpreter and main file. */
  readonly self: readonly string[];
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Calls back every so many milliseconds until it is told to stop. */
  readonly every: (milliseconds: number, call: () => void) => () => void;
}
