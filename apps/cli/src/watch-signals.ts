import { BaleError } from "@bale/spec";

export interface SignalWatch {
  /** Aborted by whatever stops the work first. */
  readonly signal: AbortSignal;
  /** Stops the work in an orderly way, and ends the process within a second whatever happens. The first reason counts. */
  readonly stop: (exit: number, reason: Error) => void;
  /** The exit code that was decided by what stopped the work; `undefined` when nothing did. */
  readonly exitCode: () => number | undefined;
}

/** What a shell expects of a program that was stopped: 128 and the number of the signal. A closed terminal stops like `kill`. */
const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 143 } as const;
// Long enough to remove temporary files and cancel uploads; a person does not wait longer.
const GRACE_MS = 900;

/** The first signal stops the work; the second one ends the process at once. */
export function watchSignals(): SignalWatch {
  const controller = new AbortController();
  let code: number | undefined;
  const stop = (exit: number, reason: Error): void => {
    if (code !== undefined) return;
    code = exit;
    controller.abort(reason);
    setTimeout(() => process.exit(exit), GRACE_MS).unref();
  };
  for (const [name, exit] of Object.entries(CODES))
    process.on(name, () => {
      if (code !== undefined) process.exit(exit);
      stop(exit, new BaleError({ code: "INTERRUPTED", message: `stopped by ${name}` }));
    });
  return { signal: controller.signal, stop, exitCode: () => code };
}
