// node guard.mjs PROGRAM ARGS...: runs PROGRAM until it ends, or until this process's standard input ends.
// The pipe ends in every way in which a test can go away, a killed test runner and a stopped worker thread
// included, where no handler of theirs would run any more. So no registry outlives the test that started it.
import { spawn } from "node:child_process";

const PATIENCE_MS = 3000;

const [program, ...args] = process.argv.slice(2);
if (!program) throw new Error("guard.mjs: no program given");
const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] });

function stop() {
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS).unref();
}

process.stdin.resume().on("end", stop).on("error", stop);
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, stop);
child.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on("exit", (code) => process.exit(code ?? 1));
