import { createHash } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, readSync, rmSync } from "node:fs";
import { BaleError, type Digest } from "@bale/spec";
import { HASH_BUFFER_BYTES } from "../hash-file.js";
import type { HashPool } from "../hash-pool.js";
import { localError } from "../local-error.js";
import { writeAllSync } from "../write-all.js";
import { createExclusive } from "../write-atomic.js";
import { createFollowHash, type FollowHash } from "./follow-hash.js";

/** A file that is being written under a temporary name, in any order. */
export interface PendingFile {
  readonly temporary: string;
  readonly size: number;
  /** Writes at a position; several ranges may be under way. @throws BaleError `SIZE_MISMATCH`, `NO_SPACE`, `FILE_TOO_BIG`, `IO` */
  readonly write: (chunk: Uint8Array, position: number) => void;
  /** Closes the file; what is in it is what was expected. @throws BaleError `SIZE_MISMATCH`, `DIGEST_MISMATCH`, `IO`; then it is removed */
  readonly finish: (expected: Digest) => Promise<void>;
  /** Closes and removes it. Harmless after `finish`. */
  readonly abort: () => void;
}

// Below this a thread costs more than it saves.
const FOLLOW_FROM_BYTES = 8 * 1024 * 1024;

/** How far the file is written without a gap; ranges come in any order. */
export function createFrontier(): { readonly add: (start: number, end: number) => number } {
  const ahead = new Map<number, number>();
  let frontier = 0;
  return {
    add(start, end) {
      if (start > frontier) {
        ahead.set(start, Math.max(ahead.get(start) ?? 0, end));
        return frontier;
      }
      frontier = Math.max(frontier, end);
      for (let next = ahead.get(frontier); next !== undefined; next = ahead.get(frontier)) {
        ahead.delete(frontier);
        frontier = next;
      }
      return frontier;
    },
  };
}

function hashWhole(fd: number): Digest {
  const buffer = Buffer.allocUnsafe(HASH_BUFFER_BYTES);
  const running = createHash("sha256");
  let at = 0;
  for (;;) {
    const read = readSync(fd, buffer, 0, buffer.length, at);
    if (read === 0) return `sha256:${running.digest("hex")}` as Digest;
    running.update(buffer.subarray(0, read));
    at += read;
  }
}

function tooLong(temporary: string, size: number): BaleError {
  return new BaleError({
    code: "SIZE_MISMATCH",
    message: `more than the announced ${size} bytes came for a file`,
    context: { path: temporary, size },
  });
}

/** @throws BaleError `DIGEST_MISMATCH` */
export function checkDigest(actual: Digest, expected: Digest, label: string): void {
  if (actual === expected) return;
  throw new BaleError({
    code: "DIGEST_MISMATCH",
    message: `the bytes for ${label} are not those of the bundle`,
    why: `they have the digest ${actual}, not ${expected}; nothing of them was kept`,
    context: { path: label, expected, actual },
  });
}

/**
 * Opens a temporary file. Large ones are hashed behind the writer in a thread that reads what was just written from the page cache.
 * @throws BaleError `NO_SPACE`, `PERMISSION`, `OPEN_FILES`, `IO`
 */
export function createPendingFile(options: {
  readonly temporary: string;
  readonly label: string;
  readonly size: number;
  readonly mode: number;
  readonly sync: boolean;
  readonly pool: () => HashPool;
}): PendingFile {
  const { temporary, label, size } = options;
  const facts = { neededBytes: size, place: temporary };
  let fd: number | undefined;
  try {
    // Read access too: the hash is taken from the file itself.
    fd = createExclusive(temporary, options.mode, true);
  } catch (error) {
    throw localError(error, label, "writing", facts);
  }
  const frontier = createFrontier();
  const follow: FollowHash | undefined =
    size >= FOLLOW_FROM_BYTES ? createFollowHash(options.pool(), temporary, size) : undefined;
  const close = (): void => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
  };
  const abort = (): void => {
    if (fd === undefined) return;
    follow?.cancel();
    close();
    rmSync(temporary, { force: true });
  };
  return {
    temporary,
    size,
    abort,
    write(chunk, position) {
      if (position + chunk.length > size) throw tooLong(label, size);
      if (fd === undefined)
        throw new BaleError({ code: "INTERNAL", message: `${label} was written after its end` });
      try {
        writeAllSync(fd, chunk, position);
      } catch (error) {
        throw localError(error, label, "writing", facts);
      }
      follow?.advance(frontier.add(position, position + chunk.length));
    },
    async finish(expected) {
      if (fd === undefined) throw new BaleError({ code: "INTERNAL", message: `${label} was finished twice` });
      try {
        const written = fstatSync(fd).size;
        if (written !== size)
          throw new BaleError({
            code: "SIZE_MISMATCH",
            message: `${label} has ${written} bytes instead of ${size}`,
            context: { path: label, expected: size, actual: written },
          });
        // A range that was written twice may have been hashed before it was right: only the file itself decides against it.
        if ((await follow?.finish()) !== expected) checkDigest(hashWhole(fd), expected, label);
        if (options.sync) fsyncSync(fd);
        close();
      } catch (error) {
        abort();
        throw localError(error, label, "writing", facts);
      }
    },
  };
}
