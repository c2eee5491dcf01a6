import type { BlobDriver, BlobLocator } from "@bale/spec";
import { classify } from "./classify.js";
import type { FsConfig } from "./config.js";
import { deleteBlob } from "./delete.js";
import { listBlobs } from "./list.js";
import { blobFile, digestOfLocator, locateBlob, type StoreFile, type StorePlace } from "./locator.js";
import { readBlob } from "./read.js";
import { fileSize } from "./stat.js";
import { abortUpload, listUploads } from "./uploads.js";
import { writeFile } from "./write.js";

/** Blobs in a directory that many machines may share. The directory itself is made at the first write. */
export function fsDriver(config: FsConfig): BlobDriver {
  const place: StorePlace = { root: config.path, prefix: config.prefix?.split("/") ?? [] };
  const fileOf = (locator: BlobLocator): StoreFile => blobFile(place, digestOfLocator(place, locator));
  return {
    scheme: "fs",
    limits: {},
    verifiesDigest: false,
    locate: (digest) => locateBlob(place, digest),
    stat: async (locator, call) => {
      call?.signal?.throwIfAborted();
      const size = await fileSize(fileOf(locator));
      return size === undefined ? undefined : { size };
    },
    read: (locator, options) => readBlob(fileOf(locator), options),
    write: async (locator, source, options) => writeFile(fileOf(locator), source, options),
    classify,
    listing: { list: (options) => listBlobs(place, options) },
    deletion: {
      delete: async (locator, call) => deleteBlob(fileOf(locator), call),
    },
    uploads: {
      list: (options) => listUploads(place, options),
      abort: async (upload, call) => abortUpload(place, upload, call),
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
