import { stat } from "node:fs/promises";
import { BaleError, type BlobWriteOptions, type ByteSource, type Digest } from "@bale/spec";
import { beginSha256 } from "../sha256.js";
import { blobFile, checkFolders, type LayoutFolder } from "./layout-folder.js";
import type { LayoutState } from "./layout-state.js";
import { systemCode, withLocalErrors } from "./local-failure.js";
import { storeFile } from "./store-file.js";

/** Size of a stored blob; `undefined` when there is no file of that name. */
export async function blobSize(folder: LayoutFolder, digest: Digest): Promise<number | undefined> {
  await checkFolders(folder);
  const path = blobFile(folder, digest);
  return withLocalErrors("looking at a blob", path, async () => {
    try {
      const found = await stat(path);
      return found.isFile() ? found.size : undefined;
    } catch (error) {
      if (["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "")) return undefined;
      throw error;
    }
  });
}

/** `write` of the driver: hashed while it is written, and visible only when size and digest are right. */
export async function storeBlob(
  layout: LayoutState,
  source: ByteSource,
  options: BlobWriteOptions,
): Promise<"created" | "existed"> {
  const { folder } = layout;
  const { digest, signal, onBytes } = options;
  await layout.prepare(signal);
  if ((await blobSize(folder, digest)) === source.size) return "existed";
  const hash = beginSha256();
  let written = 0;
  await storeFile(folder, blobFile(folder, digest), source.open({ signal }), {
    signal,
    onChunk: (chunk) => {
      hash.update(chunk);
      written += chunk.length;
      onBytes?.(written);
    },
    beforeRename: () => {
      const actual = hash.finish();
      if (written === source.size && actual === digest) return;
      throw new BaleError({
        code: written === source.size ? "DIGEST_MISMATCH" : "SIZE_MISMATCH",
        message: "the bytes to store are not those of the blob",
        why: `expected ${source.size} bytes with ${digest}, and got ${written} with ${actual}`,
        context: { expected: digest, actual, size: written },
      });
    },
  });
  return "created";
}
