// node main.mjs REFERENCE FOLDER [SECONDS]: brings a bundle in a worker thread, and stops it after so many seconds.
import { once } from "node:events";
import { Worker } from "node:worker_threads";

const [reference = "", directory = "bundle", seconds = "60"] = process.argv.slice(2);

const worker = new Worker(new URL("worker.mjs", import.meta.url), { workerData: { reference, directory } });
const timer = setTimeout(() => worker.postMessage("abort"), Number(seconds) * 1_000);
worker.on("message", (message) => {
  if (message.type === "progress") process.stderr.write(`${message.event.type}\n`);
  else process.stdout.write(`${JSON.stringify(message)}\n`);
  if (message.type === "failed") process.exitCode = 1;
});
// The worker ends by itself, stopped or not: `terminate` would not let it clear up.
await once(worker, "exit");
clearTimeout(timer);
