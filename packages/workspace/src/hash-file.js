// Plain JavaScript, node built-ins only: a worker thread loads this file from the sources as well as from dist, without a compiler.
import { createHash, hash } from "node:crypto";
import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync } from "node:fs";

/** @typedef {import("./hash-file.js").SeenFile} SeenFile */
/** @typedef {import("./hash-file.js").RawOutcome} RawOutcome */

// O_NOFOLLOW: a file replaced by a link between scan and open is not followed. O_NONBLOCK: a named pipe does not block the open.
const OPEN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const OPEN_FOLLOWING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Size of the buffer that callers reuse, in bytes. */
export const HASH_BUFFER_BYTES = 1024 * 1024;

/**
 * @param {import("node:fs").BigIntStats} stats
 * @returns {SeenFile}
 */
function seen(stats) {
  return {
    size: Number(stats.size),
    mtimeNs: stats.mtimeNs,
    ctimeNs: stats.ctimeNs,
    ino: stats.ino,
    kind: stats.isSymbolicLink() ? "link" : (stats.mode & 0o111n) === 0n ? "file" : "exec",
  };
}

/**
 * @param {SeenFile} a
 * @param {SeenFile} b
 */
function same(a, b) {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino;
}

/**
 * @param {number} fd
 * @param {number} size
 * @param {Buffer} buffer
 * @param {((bytes: number) => boolean) | undefined} onBytes
 * @returns {string | undefined} hexadecimal digest; undefined when told to stop
 */
function hashOpen(fd, size, buffer, onBytes) {
  if (size < buffer.length) {
    let filled = 0;
    for (;;) {
      const read = readSync(fd, buffer, filled, buffer.length - filled, null);
      if (read === 0) return hash("sha256", buffer.subarray(0, filled));
      filled += read;
      if (filled === buffer.length) break; // It grew: the comparison afterwards says so.
    }
    return hash("sha256", buffer.subarray(0, filled));
  }
  const running = createHash("sha256");
  for (;;) {
    const read = readSync(fd, buffer, 0, buffer.length, null);
    if (read === 0) return running.digest("hex");
    running.update(buffer.subarray(0, read));
    if (onBytes && !onBytes(read)) return undefined;
  }
}

/**
 * @param {string} path
 * @returns {RawOutcome}
 */
function hashLink(path) {
  const before = lstatSync(path, { bigint: true });
  if (!before.isSymbolicLink()) return { problem: "changed" };
  const raw = readlinkSync(path, { encoding: "buffer" });
  const after = lstatSync(path, { bigint: true });
  if (!same(seen(before), seen(after))) return { problem: "changed" };
  const target = raw.toString("utf8");
  if (!Buffer.from(target, "utf8").equals(raw)) return { problem: "encoding" };
  const posix = process.platform === "win32" ? target.replaceAll("\\", "/") : target;
  const bytes = Buffer.from(posix, "utf8");
  return { hex: hash("sha256", bytes), bytes: bytes.length, stat: seen(after), target: posix };
}

/**
 * @param {string} path
 * @param {{ readonly link: boolean, readonly follow: boolean }} how
 * @param {Buffer} buffer
 * @param {((bytes: number) => boolean) | undefined} onBytes
 * @returns {RawOutcome}
 */
function hashOnce(path, how, buffer, onBytes) {
  if (how.link) return hashLink(path);
  const fd = openSync(path, how.follow ? OPEN_FOLLOWING : OPEN);
  try {
    const before = fstatSync(fd, { bigint: true });
    if (!before.isFile()) return { problem: "not-regular" };
    const first = seen(before);
    const hex = hashOpen(fd, first.size, buffer, onBytes);
    if (hex === undefined) return { problem: "stopped" };
    const last = seen(fstatSync(fd, { bigint: true }));
    return same(first, last) ? { hex, bytes: last.size, stat: last } : { problem: "changed" };
  } finally {
    closeSync(fd);
  }
}

/**
 * One file, in this thread. A file that changes while it is read is tried once more.
 * @param {string} path
 * @param {{ readonly link: boolean, readonly follow: boolean }} how
 * @param {Buffer} buffer
 * @param {((bytes: number) => boolean) | undefined} [onBytes] false stops
 * @returns {RawOutcome}
 */
export function hashFileSync(path, how, buffer, onBytes) {
  try {
    const outcome = hashOnce(path, how, buffer, onBytes);
    return "problem" in outcome && outcome.problem === "changed"
      ? hashOnce(path, how, buffer, undefined)
      : outcome;
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    // Linux answers ELOOP, FreeBSD EMLINK, to O_NOFOLLOW on a link; ENXIO is a socket.
    if (code === "ELOOP" || code === "EMLINK" || code === "ENXIO") return { problem: "not-regular" };
    return { problem: "error", errno: code, message };
  }
}
