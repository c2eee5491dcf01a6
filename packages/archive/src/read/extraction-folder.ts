import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  BaleError,
  type ByteStream,
  type Digest,
  digestFromHex,
  digestHex,
  type ErrorCode,
} from "@bale/spec";
import { archiveRefused } from "../archive-refused.js";

/** A folder that becomes an OCI layout, blob by blob; until `finish` it is none. */
export interface ExtractionFolder {
  /** Stores a blob under its digest. @throws BaleError `DIGEST_MISMATCH` and nothing is there */
  readonly store: (digest: Digest, data: ByteStream) => Promise<void>;
  /** Bytes of a blob; `undefined` when there is none. */
  readonly size: (digest: Digest) => Promise<number | undefined>;
  readonly read: (digest: Digest) => Promise<Uint8Array>;
  readonly finish: (documents: { readonly index: Uint8Array; readonly layout: Uint8Array }) => Promise<void>;
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: "NO_SPACE",
  EDQUOT: "NO_SPACE",
  EACCES: "PERMISSION",
  EPERM: "PERMISSION",
  EROFS: "PERMISSION",
  EMFILE: "OPEN_FILES",
  ENFILE: "OPEN_FILES",
  EFBIG: "FILE_TOO_BIG",
};

async function onDisk<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (BaleError.is(error)) throw error;
    const errno = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new BaleError({
      code: CODES[errno] ?? "IO",
      message: `unpacking an archive into ${path} failed`,
      why: errno === "" ? undefined : `the system said ${errno}`,
      fix:
        errno === "ENOSPC" ? "make room on that disk, or set TMPDIR to a folder on another one" : undefined,
      context: { path },
      cause: error,
    });
  }
}

async function writeBlob(file: string, data: ByteStream): Promise<Digest> {
  const hash = createHash("sha256");
  const handle = await open(file, "wx", 0o600);
  try {
    for await (const chunk of data) {
      hash.update(chunk);
      // A disk that is full may take less than it was given without an error.
      for (let done = 0; done < chunk.length; )
        done += (await handle.write(chunk, done, chunk.length - done)).bytesWritten;
    }
  } finally {
    await handle.close();
  }
  return digestFromHex(hash.digest("hex"));
}

/** `directory` must be there and belong to nobody else. */
export async function openExtractionFolder(directory: string): Promise<ExtractionFolder> {
  const blobs = join(directory, "blobs", "sha256");
  const ingest = join(directory, "ingest");
  const fileOf = (digest: Digest): string => join(blobs, digestHex(digest));
  await onDisk(directory, async () => {
    await mkdir(blobs, { recursive: true });
    await mkdir(ingest, { recursive: true });
  });
  return {
    store: (digest, data) =>
      onDisk(directory, async () => {
        const part = join(ingest, digestHex(digest));
        const actual = await writeBlob(part, data);
        if (actual !== digest)
          throw archiveRefused(
            "DIGEST_MISMATCH",
            `a blob in it is named ${digest}, and its bytes have ${actual}`,
            {
              context: { expected: digest, actual },
            },
          );
        await rename(part, fileOf(digest));
      }),
    size: async (digest) => {
      const found = await stat(fileOf(digest)).catch(() => undefined);
      return found?.isFile() ? found.size : undefined;
    },
    read: (digest) => onDisk(directory, () => readFile(fileOf(digest))),
    finish: ({ index, layout }) =>
      onDisk(directory, async () => {
        await writeFile(join(directory, "index.json"), index);
        // Last: the file by which a layout is known stands for all the rest.
        await writeFile(join(directory, "oci-layout"), layout);
      }),
  };
}
