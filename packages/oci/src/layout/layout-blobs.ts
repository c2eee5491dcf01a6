import { readdir, rm } from "node:fs/promises";
import {
  BaleError,
  type BlobDriver,
  type BlobLocator,
  type BlobReadOptions,
  type BlobStat,
  type Digest,
  digestFromHex,
  isDigest,
} from "@bale/spec";
import { checkAborted } from "../retry-pause.js";
import { blobSize, storeBlob } from "./layout-blob-write.js";
import { blobFile, blobsFolder, checkFolders } from "./layout-folder.js";
import type { LayoutState } from "./layout-state.js";
import { localFailure, systemCode, withLocalErrors } from "./local-failure.js";
import { openRegularFile } from "./regular-file.js";

const SCHEME = "oci-layout";
const READ_BYTES = 256 * 1024;

function locate(digest: Digest): BlobLocator {
  return `${SCHEME}:${digest}` as BlobLocator;
}

function digestOf(locator: BlobLocator): Digest {
  const digest = locator.slice(SCHEME.length + 1);
  if (locator.startsWith(`${SCHEME}:`) && isDigest(digest)) return digest;
  throw new BaleError({
    code: "INTERNAL",
    message: "a locator was handed to a driver that did not make it",
    why: `${locator} is of no layout`,
  });
}

async function* readLayoutBlob(
  layout: LayoutState,
  digest: Digest,
  options: BlobReadOptions = {},
): AsyncGenerator<Uint8Array> {
  const { folder } = layout;
  await checkFolders(folder);
  const path = blobFile(folder, digest);
  const opened = await openRegularFile(path);
  if (!opened)
    throw new BaleError({
      code: "BLOB_MISSING",
      message: `no blob ${digest} in ${folder.directory}`,
      context: { path, digest },
    });
  try {
    const start = options.range?.start ?? 0;
    const end = options.range?.endExclusive ?? opened.size;
    if (options.range && (start >= opened.size || end > opened.size))
      throw new BaleError({
        code: "RANGE_INVALID",
        message: "the part of a blob that was asked for is not there",
        why: `asked for ${start} to ${end} of ${opened.size} bytes`,
        context: { path, digest },
      });
    for (let at = start; at < end; ) {
      checkAborted(options.signal);
      const wanted = Math.min(READ_BYTES, end - at);
      const { bytesRead, buffer } = await opened.handle.read(Buffer.allocUnsafe(wanted), 0, wanted, at);
      if (bytesRead === 0)
        throw new BaleError({
          code: "SIZE_MISMATCH",
          message: "a blob became shorter while it was read",
          context: { path },
        });
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw localFailure(error, "reading a blob", path);
  } finally {
    await opened.handle.close();
  }
}

/** Hexadecimal names of the blobs, in order; anything else in the folder is not ours to list. */
async function blobNames(layout: LayoutState): Promise<readonly string[]> {
  const path = blobsFolder(layout.folder);
  await checkFolders(layout.folder);
  return withLocalErrors("listing blobs", path, async () => {
    try {
      return (await readdir(path)).filter((name) => /^[0-9a-f]{64}$/.test(name)).sort();
    } catch (error) {
      if (systemCode(error) === "ENOENT") return [];
      throw error;
    }
  });
}

async function* listLayoutBlobs(
  layout: LayoutState,
  options: { readonly signal?: AbortSignal | undefined; readonly after?: BlobLocator | undefined } = {},
): AsyncGenerator<BlobStat & { readonly locator: BlobLocator; readonly digest: Digest }> {
  for (const name of await blobNames(layout)) {
    checkAborted(options.signal);
    const digest = digestFromHex(name);
    const locator = locate(digest);
    if (options.after !== undefined && locator <= options.after) continue;
    const size = await blobSize(layout.folder, digest);
    if (size !== undefined) yield { locator, digest, size };
  }
}

async function deleteLayoutBlob(layout: LayoutState, digest: Digest): Promise<void> {
  await checkFolders(layout.folder);
  const path = blobFile(layout.folder, digest);
  await withLocalErrors("deleting a blob", path, () => rm(path, { force: true }));
}

/** The blobs of a layout. It refuses bytes that do not have the digest, so the caller need not hash what it sends. */
export function layoutBlobs(layout: LayoutState): BlobDriver {
  return {
    scheme: SCHEME,
    limits: {},
    verifiesDigest: true,
    locate,
    stat: async (locator, options) => {
      checkAborted(options?.signal);
      const size = await blobSize(layout.folder, digestOf(locator));
      return size === undefined ? undefined : { size };
    },
    read: (locator, options) => readLayoutBlob(layout, digestOf(locator), options),
    write: async (_locator, source, options) => storeBlob(layout, source, options),
    classify: (cause) => (BaleError.is(cause) ? { kind: cause.kind, retry: cause.retry } : undefined),
    listing: { list: (options) => listLayoutBlobs(layout, options) },
    deletion: {
      delete: async (locator, options) => {
        checkAborted(options?.signal);
        await deleteLayoutBlob(layout, digestOf(locator));
      },
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
