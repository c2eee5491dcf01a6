// node index.mjs REFERENCE FOLDER: brings a bundle into a folder, and prints what is in it.
import { createAuthorizer, environmentCredentials } from "@bale/auth";
import { createHttpClient } from "@bale/http";
import { oci } from "@bale/oci";
import { BaleError, createBale, exitCodeOf } from "@bale/sdk";

const [reference = "", directory = "bundle"] = process.argv.slice(2);
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());

// The client reads no environment: a script that wants BALE_USERNAME and BALE_PASSWORD hands them over, for one registry.
const [registry = ""] = reference.split("/");
const provider = environmentCredentials(process.env, { forOrigins: [`https://${registry}`] });
const tokens = createHttpClient();
const http = createHttpClient({ authorizer: createAuthorizer({ provider, http: tokens }) });
const bale = createBale({ plugins: [oci()], http });

/** Totals by task; an event says how far a task is, not what was added. */
const totals = new Map();
function onProgress(event) {
  if (event.type === "task-start" && event.kind === "download") totals.set(event.task, event);
  if (event.type === "task-end" && totals.has(event.task))
    process.stderr.write(`${totals.get(event.task).label ?? "download"}: ${event.outcome}\n`);
}

try {
  const ensured = await bale.ensure(reference, { directory, signal: stop.signal, onProgress });
  process.stderr.write(`${ensured.outcome}: ${ensured.downloadedBytes} bytes fetched\n`);
  for await (const { path, size } of bale.iterateFiles(reference, { signal: stop.signal }))
    process.stdout.write(`${size}\t${path}\n`);
} catch (error) {
  if (!BaleError.is(error)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = exitCodeOf(error);
} finally {
  await bale.close();
  await http[Symbol.asyncDispose]();
  await tokens[Symbol.asyncDispose]();
}
