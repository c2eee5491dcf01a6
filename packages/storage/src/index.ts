export {
  type BlobStore,
  type BlobStoreOptions,
  createBlobStore,
  type GetOptions,
  type PutOptions,
  type StoredBlob,
} from "./blob-store.js";
export { bytesSource } from "./bytes-source.js";
export { exactSource, sizeChanged } from "./exact-source.js";
export { type FileSourceOptions, fileSource } from "./file-source.js";
export { getBytes } from "./get-bytes.js";
export type { BlobLayer } from "./layers/blob-layer.js";
export { type ChaosOptions, chaosLayer } from "./layers/chaos-layer.js";
export { type LimitOptions, limitLayer } from "./layers/limit-layer.js";
export { type BlobCallRecord, type LogOptions, logLayer } from "./layers/log-layer.js";
export { readOnlyLayer } from "./layers/read-only-layer.js";
export { retryLayer } from "./layers/retry-layer.js";
export { createLimiter, type Limiter } from "./limiter.js";
export { type MemoryDriverOptions, memoryDriver } from "./memory-driver.js";
export { deflateRawAsync, nodeDeflater } from "./ports/node-deflater.js";
export { nodeHasher } from "./ports/node-hasher.js";
export { nodeInflater } from "./ports/node-inflater.js";
export type { RetryPolicy } from "./retry-policy.js";
export { createSegmentRoom, type SegmentRoom } from "./segment-room.js";
export { type BlobPart, type Segment, type SegmentedRead, segmentedRead } from "./segmented-read.js";
export { createStoreRouter, type StoreRouter, type StoreRouterOptions } from "./store-router.js";
export { askOfUsers, type StoreUpkeep, storeUpkeep } from "./store-upkeep.js";
export { isMarkerName, readUserMarker, userMarker } from "./user-marker.js";
