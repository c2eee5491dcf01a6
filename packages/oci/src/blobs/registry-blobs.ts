import { BaleError, type BlobDriver } from "@bale/spec";
import type { RegistryExchange } from "../registry/registry-exchange.js";
import { mountBlob } from "./mount-blob.js";
import { readBlob } from "./read-blob.js";
import { digestOfLocator, registryLocator } from "./registry-locator.js";
import { statBlob } from "./stat-blob.js";
import { uploadBlob } from "./upload-blob.js";
import { createUploadPlaces } from "./upload-places.js";
import { largestBlob } from "./upload-way.js";

/** The blobs of one repository. Deleting and listing have no facet: registries cannot list blobs, and delete those in use. */
export function registryBlobs(exchange: RegistryExchange): BlobDriver {
  const { chunkSize, concurrency, verifiesDigest } = exchange.profile;
  const places = createUploadPlaces(concurrency, exchange.pauseMs);
  return {
    scheme: "oci",
    limits: { maxBlobSize: largestBlob(exchange.profile), partSize: chunkSize, concurrency },
    verifiesDigest,
    locate: (digest) => registryLocator(exchange, digest),
    stat: (locator, options) => statBlob(exchange, digestOfLocator(exchange, locator), options),
    read: (locator, options) => readBlob(exchange, digestOfLocator(exchange, locator), options),
    write: (_locator, source, options) =>
      places.run(() => uploadBlob(exchange, source, options), options.signal),
    classify: (cause) => (BaleError.is(cause) ? { kind: cause.kind, retry: cause.retry } : undefined),
    mounting: { mount: (digest, from, options) => mountBlob(exchange, digest, from, options) },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
