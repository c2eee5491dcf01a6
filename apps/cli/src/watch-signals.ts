import { BaleError } from "@bale/spec";

export interface SignalWatch {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** The exit code that a signal decided; `undefined` when none came. */
  readonly exitCode: () => number | undefined;
}

/** What a shell expects of a program that was stopped: 128 and the number of the signal. A closed terminal stops like `kill`. */
const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 143 } as const;
// Long enough to remove temporary files and cancel uploads; a person does not wait longer.
const GRACE_MS = 900;

/** The first signal stops the work in an orderly way, within a second; the second one ends the process at once. */
export function watchSignals(): SignalWatch {
  const controller = new AbortController();
  let code: number | undefined;
  for (const [name, value] of Object.entries(CODES))
    process.on(name, () => {
      if (code !== undefined) process.exit(value);
      code = value;
      controller.abort(new BaleError({ code: "INTERRUPTED", message: `stopped by ${name}` }));
      setTimeout(() => process.exit(value), GRACE_MS).unref();
    });
  return { signal: controller.signal, exitCode: () => code };
}
