import { writeSync } from "node:fs";

/**
 * Writes every byte. One `write` may take fewer without an error, on a full disk above all (measured: a writer without this loop published a torn file),
 * and the next try then tells the reason.
 */
export function writeAllSync(fd: number, bytes: Uint8Array, position: number | null): void {
  let done = 0;
  while (done < bytes.length) {
    const at = position === null ? null : position + done;
    done += writeSync(fd, bytes, done, bytes.length - done, at);
  }
}
