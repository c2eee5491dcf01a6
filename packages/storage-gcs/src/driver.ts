import type { BlobDriver, CallOptions, PluginContext } from "@bale/spec";
import { createSegmentRoom } from "@bale/storage";
import { accessFinder } from "./access/access-finder.js";
import { createGcsClient } from "./api/gcs-client.js";
import { classify } from "./classify.js";
import type { GcsConfig } from "./config.js";
import { deleteBlob } from "./delete.js";
import { listBlobs } from "./list.js";
import { listUsers } from "./list-users.js";
import { locateBlob, nameOfLocator } from "./locator.js";
import { type ReadPlace, readBlob } from "./read.js";
import { blobSize } from "./stat.js";
import type { Patience } from "./upload/put-resumable.js";
import { isSentWhole, type WriteTarget, writeBlob } from "./write.js";

export interface GcsDriverOptions {
  /** Largest blob that is sent in one request, without a session. Default 8 MiB. */
  readonly wholeBytes?: number | undefined;
  /** Bytes of one request of a large read. Default 8 MiB. */
  readonly segmentBytes?: number | undefined;
  /** Wall-clock milliseconds, for tokens that end and clocks that differ. */
  readonly now?: (() => number) | undefined;
  readonly patience?: Patience | undefined;
}

const MiB = 1024 * 1024;
/** Of an object ("Quotas and limits"). */
const LARGEST_BLOB = 5 * MiB * MiB;
const CALLS_AT_ONCE = 16;
/** Segments of large reads that wait in memory, however many reads there are. */
const SEGMENTS_AHEAD = 4;
const WHOLE_REQUESTS = 1;
/** A look, the beginning of a session, and all bytes. */
const SESSION_REQUESTS = 3;

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** A store that was opened, and what its plugin alone asks of it. */
export interface GcsStore {
  readonly driver: BlobDriver;
  readonly listUsers: (call?: CallOptions) => AsyncIterable<string>;
}

/** Blobs in a bucket. `context.http` is the caller's and is not disposed. */
export function openGcs(
  config: GcsConfig,
  context: Pick<PluginContext, "credentials" | "http" | "log">,
  options: GcsDriverOptions = {},
): GcsStore {
  const { now = Date.now, segmentBytes = 8 * MiB, wholeBytes = 8 * MiB } = options;
  const { patience = { sleep, random: Math.random } } = options;
  const findAccess = accessFinder(config, context, now);
  const client = createGcsClient({ config, http: context.http, findAccess, now });
  const target: WriteTarget = { client, wholeBytes, patience };
  const reading: ReadPlace = { client, room: createSegmentRoom(SEGMENTS_AHEAD), segmentBytes };
  const driver: BlobDriver = {
    scheme: "gcs",
    limits: { maxBlobSize: LARGEST_BLOB, concurrency: CALLS_AT_ONCE },
    verifiesDigest: false,
    locate: (digest) => locateBlob(config, digest),
    stat: async (locator, call) => {
      call?.signal?.throwIfAborted();
      const size = await blobSize(client, nameOfLocator(config, locator), call);
      return size === undefined ? undefined : { size };
    },
    read: (locator, call) => readBlob(reading, nameOfLocator(config, locator), call),
    write: async (locator, source, call) => writeBlob(target, nameOfLocator(config, locator), source, call),
    classify,
    writeRequests: (size) => (isSentWhole(target, size) ? WHOLE_REQUESTS : SESSION_REQUESTS),
    listing: { list: (call) => listBlobs(client, call) },
    deletion: {
      delete: async (locator, call) => deleteBlob(client, nameOfLocator(config, locator), call),
    },
    [Symbol.asyncDispose]: async () => {},
  };
  return { driver, listUsers: (call) => listUsers(reading, call) };
}
