// Runs in a thread of its own. Progress is plain data, so that it can be posted as it is; a signal cannot, so "abort" stands for it.
import { parentPort, workerData } from "node:worker_threads";
import { createHttpClient } from "@bale/http";
import { oci } from "@bale/oci";
import { createBale } from "@bale/sdk";

const stop = new AbortController();
parentPort.on("message", (message) => {
  if (message === "abort") stop.abort();
});

const http = createHttpClient();
const bale = createBale({ plugins: [oci()], http });
try {
  const { outcome, manifest, downloadedBytes } = await bale.ensure(workerData.reference, {
    directory: workerData.directory,
    signal: stop.signal,
    onProgress: (event) => parentPort.postMessage({ type: "progress", event }),
  });
  parentPort.postMessage({ type: "done", outcome, manifest, downloadedBytes });
} catch (error) {
  parentPort.postMessage({ type: "failed", code: error.code, message: error.message });
} finally {
  await bale.close();
  await http[Symbol.asyncDispose]();
  parentPort.close();
}
