import type { BlobDriver, CallOptions, PluginContext } from "@bale/spec";
import { createLimiter, createSegmentRoom } from "@bale/storage";
import { accessFinder } from "./access/access-finder.js";
import { createAzureClient } from "./api/azure-client.js";
import { classify } from "./classify.js";
import type { AzureConfig } from "./config.js";
import { deleteBlob } from "./delete.js";
import { listBlobs } from "./list.js";
import { listUsers } from "./list-users.js";
import { locateBlob, nameOfLocator } from "./locator.js";
import { type ReadPlace, readBlob } from "./read.js";
import { blobSize } from "./stat.js";
import { LARGEST_BLOB, planBlocks } from "./upload/block-plan.js";
import { type WriteTarget, writeBlob } from "./write.js";

export interface AzureDriverOptions {
  /** Largest blob that is sent in one request. Default 16 MiB. */
  readonly wholeBytes?: number | undefined;
  /** Preferred bytes of a block. Default 8 MiB. */
  readonly blockBytes?: number | undefined;
  /** Bytes of one request of a large read. Default 8 MiB. */
  readonly segmentBytes?: number | undefined;
  /** Wall-clock milliseconds: requests are dated. */
  readonly now?: (() => number) | undefined;
}

const MiB = 1024 * 1024;
/** The look at what was made; and for blocks a look at what is there, the list of those of earlier runs, and the commit. */
const AROUND_WHOLE = 1;
const AROUND_BLOCKS = 4;
const BLOCKS_AT_ONCE = 8;
const CALLS_AT_ONCE = 16;
/** Segments of large reads that wait in memory, however many reads there are. */
const SEGMENTS_AHEAD = 4;

function requestsOf(size: number, wholeBytes: number, blockBytes: number): number {
  return size <= wholeBytes ? 1 + AROUND_WHOLE : planBlocks(size, blockBytes).blocks.length + AROUND_BLOCKS;
}

/** A store that was opened, and what its plugin alone asks of it. */
export interface AzureStore {
  readonly driver: BlobDriver;
  readonly listUsers: (call?: CallOptions) => AsyncIterable<string>;
}

/** Blobs in a container. `context.http` is the caller's and is not disposed. */
export function openAzure(
  config: AzureConfig,
  context: Pick<PluginContext, "credentials" | "env" | "http" | "log">,
  options: AzureDriverOptions = {},
): AzureStore {
  const { blockBytes = 8 * MiB, now = Date.now, segmentBytes = 8 * MiB, wholeBytes = 16 * MiB } = options;
  const findAccess = accessFinder(config, context, now);
  const client = createAzureClient({ config, http: context.http, findAccess, now });
  const target: WriteTarget = { client, wholeBytes, blockBytes, limited: createLimiter(BLOCKS_AT_ONCE) };
  const reading: ReadPlace = { client, room: createSegmentRoom(SEGMENTS_AHEAD), segmentBytes };
  const driver: BlobDriver = {
    scheme: "azure",
    limits: { maxBlobSize: LARGEST_BLOB, partSize: blockBytes, concurrency: CALLS_AT_ONCE },
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
    writeRequests: (size) => requestsOf(size, wholeBytes, blockBytes),
    listing: { list: (call) => listBlobs(client, call) },
    deletion: {
      delete: async (locator, call) => deleteBlob(client, nameOfLocator(config, locator), call),
    },
    [Symbol.asyncDispose]: async () => {},
  };
  return { driver, listUsers: (call) => listUsers(reading, call) };
}
