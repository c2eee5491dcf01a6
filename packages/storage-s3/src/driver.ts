import type { BlobDriver, BlobLocator, CallOptions, PluginContext } from "@bale/spec";
import { openBucket } from "./api/open-bucket.js";
import { classify } from "./classify.js";
import type { S3Config } from "./config.js";
import { deleteObject } from "./delete.js";
import { listBlobs } from "./list.js";
import { listUsers } from "./list-users.js";
import { keyOfLocator, locateBlob, placeOf } from "./locator.js";
import type { StorageS3Options } from "./options.js";
import { readObject } from "./read.js";
import { createSegmentRoom } from "./segment-room.js";
import { statObject } from "./stat.js";
import { createBufferPool } from "./upload/buffer-pool.js";
import { DEFAULT_PART, LARGEST_PART, MOST_PARTS } from "./upload/plan-parts.js";
import { abortListed, listUploads } from "./uploads.js";
import { writeObject, writeRequests } from "./write.js";

// Few and small: with them a gigabyte goes either way in less than 150 MB of memory, of which Node and the SDK take 80 (measured).
/** Segments of large reads that wait in memory, however many reads there are. */
const SEGMENTS_AHEAD = 3;
/** Parts of uploads that wait in memory, however many writes there are. */
const PARTS_KEPT = 4;

/** A store that was opened, and what its plugin alone asks of it. */
export interface S3Store {
  readonly driver: BlobDriver;
  readonly listUsers: (call?: CallOptions) => AsyncIterable<string>;
}

/** Blobs in a bucket. The AWS SDK is loaded, and credentials are looked for, when the store is first asked something. */
export function openS3(
  config: S3Config,
  context: Pick<PluginContext, "env" | "http" | "log">,
  options: StorageS3Options = {},
): S3Store {
  const { partSize = DEFAULT_PART, partsAtOnce = 4, concurrency = 16 } = options;
  const place = placeOf(config);
  const bucket = openBucket(config, context, options);
  const room = createSegmentRoom(SEGMENTS_AHEAD);
  const pool = createBufferPool(PARTS_KEPT, Math.min(partSize, DEFAULT_PART));
  const keyOf = (locator: BlobLocator): string => keyOfLocator(place, locator);
  const driver: BlobDriver = {
    scheme: "s3",
    limits: { maxBlobSize: LARGEST_PART * MOST_PARTS, partSize, concurrency },
    verifiesDigest: false,
    locate: (digest) => locateBlob(place, digest),
    stat: async (locator, call) => statObject(bucket, keyOf(locator), call),
    read: (locator, call) => readObject({ bucket, room, key: keyOf(locator) }, call),
    write: async (locator, source, call) =>
      writeObject(bucket, keyOf(locator), source, { ...call, partSize, partsAtOnce, pool }),
    classify,
    writeRequests: (size) => writeRequests(size, partSize),
    listing: { list: (call) => listBlobs(bucket, place, call) },
    deletion: { delete: async (locator, call) => deleteObject(bucket, keyOf(locator), call) },
    uploads: {
      list: (call) => listUploads(bucket, place, call),
      abort: async (upload, call) => abortListed(bucket, place, upload, call),
    },
    // Connections are the HTTP client's, which is the caller's.
    [Symbol.asyncDispose]: async () => {},
  };
  return { driver, listUsers: (call) => listUsers({ bucket, room }, place, call) };
}
