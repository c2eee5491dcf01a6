import type { BlobRef } from "@bale/spec";

/** One blob in one store, as a map's key. */
export function blobKey(blob: BlobRef): string {
  return `${blob.store ?? ""}:${blob.digest}`;
}

export function sameBlob(a: BlobRef, b: BlobRef): boolean {
  return a === b || (a.digest === b.digest && a.store === b.store);
}
