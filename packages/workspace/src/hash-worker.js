// Runs in a worker thread, from the sources as well as from dist: plain JavaScript, node built-ins only.
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { HASH_BUFFER_BYTES, hashFileSync } from "./hash-file.js";

/** @typedef {import("./hash-messages.js").HashOrder} HashOrder */
/** @typedef {import("./hash-messages.js").HashReport} HashReport */

const buffer = Buffer.allocUnsafeSlow(HASH_BUFFER_BYTES);
const REPORT_BYTES = 16 * 1024 * 1024;

/** @param {HashReport} report */
function send(report) {
  parentPort?.postMessage(report);
}

/** @param {Extract<HashOrder, { type: "files" }>} order */
function hashFiles(order) {
  const stopped = new Int32Array(order.stop);
  let unreported = 0;
  const outcomes = order.files.map((file) =>
    hashFileSync(file.path, file, buffer, (bytes) => {
      unreported += bytes;
      if (unreported >= REPORT_BYTES) {
        send({ type: "progress", id: order.id, bytes: unreported });
        unreported = 0;
      }
      return Atomics.load(stopped, 0) === 0;
    }),
  );
  send({ type: "done", id: order.id, outcomes });
}

/**
 * Hashes a file behind its writer: the shared number is how many bytes from the start are written; negative is a stop.
 * @param {Extract<HashOrder, { type: "follow" }>} order
 */
function follow(order) {
  const available = new BigInt64Array(order.available);
  const running = createHash("sha256");
  let done = 0;
  try {
    const fd = openSync(order.path, "r");
    try {
      while (done < order.size) {
        const ready = Number(Atomics.load(available, 0));
        if (ready < 0) return send({ type: "followed", id: order.id, hex: undefined });
        if (ready <= done) {
          Atomics.wait(available, 0, BigInt(ready));
          continue;
        }
        const read = readSync(fd, buffer, 0, Math.min(buffer.length, ready - done), done);
        if (read === 0) return send({ type: "followed", id: order.id, hex: undefined });
        running.update(buffer.subarray(0, read));
        done += read;
      }
    } finally {
      closeSync(fd);
    }
    send({ type: "followed", id: order.id, hex: running.digest("hex") });
  } catch {
    // The writer finds the reason when it reads the file itself.
    send({ type: "followed", id: order.id, hex: undefined });
  }
}

parentPort?.on("message", (/** @type {HashOrder} */ order) => {
  if (order.type === "files") hashFiles(order);
  else follow(order);
});
