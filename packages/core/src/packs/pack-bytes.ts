import type { BundlePath, Deflater } from "@bale/spec";
import { gzipMember } from "./gzip-member.js";
import type { MemberPlan } from "./member-list.js";
import { DEFLATE_LEVEL } from "./pack-constants.js";

export interface PackBytes {
  readonly bytes: Uint8Array;
  /** What `packExtents` takes. */
  readonly memberLengths: readonly number[];
}

/** The decoded bytes of one member, from files that are in memory. */
export function memberBytes(
  plan: MemberPlan,
  read: (path: BundlePath, offset: number, length: number) => Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(plan.decoded);
  let at = 0;
  for (const part of plan.parts) {
    const piece = part.type === "bytes" ? part.bytes : read(part.path, part.offset, part.length);
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** A whole pack in memory, for small ones (links and empty files) and as the reference that a streaming writer must equal. */
export function packBytes(
  plans: readonly MemberPlan[],
  read: (path: BundlePath, offset: number, length: number) => Uint8Array,
  deflater: Deflater,
  compression: "gzip" | "none" = "gzip",
  level: number = DEFLATE_LEVEL,
): PackBytes {
  const members = plans.map((plan) => {
    const decoded = memberBytes(plan, read);
    return compression === "gzip" ? gzipMember(decoded, deflater, level) : decoded;
  });
  const bytes = new Uint8Array(members.reduce((sum, member) => sum + member.length, 0));
  let at = 0;
  for (const member of members) {
    bytes.set(member, at);
    at += member.length;
  }
  return { bytes, memberLengths: members.map((member) => member.length) };
}
