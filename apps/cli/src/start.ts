import { run } from "./run.js";
import { processIo } from "./terminal/process-io.js";
import { watchSignals } from "./watch-signals.js";

/** Runs the command line of this process and ends it. */
export async function start(args: readonly string[]): Promise<void> {
  const { signal, stop, exitCode } = watchSignals();
  const io = processIo(stop);
  const code = await run(args, io, signal);
  // A pool of connections or threads that is not closed must not keep the process.
  process.exit(exitCode() ?? code);
}
