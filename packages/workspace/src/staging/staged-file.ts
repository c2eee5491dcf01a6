import { createHash } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BaleError, type Digest, digestHex } from "@bale/spec";
import { controlPaths } from "../control-folder.js";
import { localError } from "../local-error.js";
import { writeAllSync } from "../write-all.js";
import { createExclusive, syncFolder, temporaryName } from "../write-atomic.js";

/** Bytes that wait to be sent, under their digest: a retry and a resumed push send the same ones. */
export interface StagedBlob {
  readonly digest: Digest;
  readonly size: number;
  /** Absolute. */
  readonly file: string;
}
export interface StagedFile {
  /** Bytes written so far. */
  readonly size: number;
  /** Absolute; the name before `commit`. */
  readonly temporary: string;
  readonly write: (chunk: Uint8Array) => Promise<void>;
  readonly writeSync: (chunk: Uint8Array) => void;
  /** @throws BaleError `DIGEST_MISMATCH` when another digest was expected; then nothing is kept */
  readonly commit: (expected?: Digest) => Promise<StagedBlob>;
  /** Removes what was written; harmless after `commit`. */
  readonly abort: () => Promise<void>;
}

/**
 * A new file in `.bale/staging`, hashed while it is written. Until `commit` it has a temporary name that tells whose it is.
 * @throws BaleError `NO_SPACE`, `PERMISSION`, `IO`
 */
export async function createStagedFile(
  root: string,
  options: { readonly sync?: boolean } = {},
): Promise<StagedFile> {
  const { staging } = controlPaths(root);
  const temporary = join(staging, temporaryName("new"));
  let fd: number | undefined;
  try {
    mkdirSync(staging, { recursive: true, mode: 0o700 });
    fd = createExclusive(temporary, 0o600);
  } catch (error) {
    throw localError(error, temporary, "writing");
  }
  const running = createHash("sha256");
  let size = 0;

  const close = (): void => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
  };
  const drop = (): void => {
    const open = fd !== undefined;
    close();
    if (open) rmSync(temporary, { force: true });
  };
  const writeSync = (chunk: Uint8Array): void => {
    if (fd === undefined)
      throw new BaleError({ code: "INTERNAL", message: "a staged file was written after its end" });
    try {
      writeAllSync(fd, chunk, size);
    } catch (error) {
      drop();
      throw localError(error, temporary, "writing");
    }
    running.update(chunk);
    size += chunk.length;
  };
  const commit = (expected: Digest | undefined): StagedBlob => {
    const digest = `sha256:${running.digest("hex")}` as Digest;
    if (expected !== undefined && digest !== expected) {
      drop();
      throw new BaleError({
        code: "DIGEST_MISMATCH",
        message: "staged bytes do not have the digest that was expected",
        context: { expected, actual: digest },
      });
    }
    const file = join(staging, digestHex(digest));
    try {
      if (fd !== undefined && options.sync !== false) fsyncSync(fd);
      close();
      renameSync(temporary, file);
      if (options.sync !== false) syncFolder(staging);
    } catch (error) {
      close();
      rmSync(temporary, { force: true });
      throw localError(error, file, "writing");
    }
    return { digest, size, file };
  };
  return {
    get size() {
      return size;
    },
    temporary,
    writeSync,
    write: async (chunk) => writeSync(chunk),
    commit: async (expected) => commit(expected),
    abort: async () => drop(),
  };
}
