import { BaleError, type BlobRef, type BundlePath, type Extent } from "@bale/spec";
import type { MemberPlan } from "./member-list.js";

interface Piece {
  readonly offset: number;
  length: number;
  readonly skip: number;
  take: number;
  /** Index of the last member that the piece reaches into. */
  last: number;
}

/**
 * Where each file's bytes lie in the finished pack. `memberLengths`: stored bytes of each member, in order; without compression, its decoded bytes.
 * Files without bytes and links have no extents and are not named.
 * @throws BaleError `INTERNAL` when the lengths do not belong to the plans
 */
export function packExtents(
  plans: readonly MemberPlan[],
  memberLengths: readonly number[],
  blob: BlobRef,
  compression: "gzip" | "none" = "gzip",
): Map<BundlePath, readonly Extent[]> {
  if (plans.length !== memberLengths.length)
    throw new BaleError({ code: "INTERNAL", message: "a pack's member lengths do not belong to its layout" });
  const extents = new Map<BundlePath, readonly Extent[]>();
  const pieces = new Map<BundlePath, Piece>();
  let offset = 0;
  for (const [index, plan] of plans.entries()) {
    const length = memberLengths[index] ?? 0;
    for (const part of plan.data) {
      const piece = pieces.get(part.path);
      // Data of its own members is one run of them: one extent reads it in one request.
      if (piece && piece.last === index - 1) {
        piece.length += length;
        piece.take += part.length;
        piece.last = index;
      } else pieces.set(part.path, { offset, length, skip: part.at, take: part.length, last: index });
    }
    offset += length;
  }
  for (const [path, piece] of pieces)
    extents.set(path, [
      compression === "gzip"
        ? {
            blob,
            offset: piece.offset,
            length: piece.length,
            member: { skip: piece.skip, take: piece.take },
          }
        : { blob, offset: piece.offset + piece.skip, length: piece.take },
    ]);
  return extents;
}
