import type { RegistryProfile } from "../registry/registry-profile.js";
import { SMALLEST_CHUNK } from "./upload-chunks.js";

/** How the bytes of a blob get there: one POST, a POST and a PUT, or chunks. */
export type UploadWay = "post" | "whole" | "chunks";

/** The way to begin with; `undefined` where the profile knows none for a blob of this size. */
export function firstWay(profile: RegistryProfile, size: number): UploadWay | undefined {
  const fits = size <= (profile.maxRequestBytes ?? Number.POSITIVE_INFINITY);
  if (profile.chunked && (size > profile.chunkThreshold || !fits)) return "chunks";
  if (!fits) return undefined;
  return size > 0 && size <= profile.postUpTo ? "post" : "whole";
}

/**
 * Whether chunks may pass where a single body was too large: a proxy that limits bodies does not look at what they add up to. Not for blobs that
 * chunks are meant for anyway, where a limit on blobs is likelier and would be met after most of the bytes were sent.
 */
export function mayPassInChunks(profile: RegistryProfile, size: number): boolean {
  return profile.chunked && size > SMALLEST_CHUNK && size <= profile.chunkThreshold;
}

/** The largest blob that can get there at all. */
export function largestBlob(profile: RegistryProfile): number | undefined {
  const { chunked, maxBlobSize, maxRequestBytes } = profile;
  if (chunked || maxRequestBytes === undefined) return maxBlobSize;
  return Math.min(maxRequestBytes, maxBlobSize ?? maxRequestBytes);
}
