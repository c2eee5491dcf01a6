import { createHash } from "node:crypto";
import { gzipMember, seemsIncompressible } from "@bale/core";
import type { ByteStream } from "@bale/spec";
import { blocks } from "../blocks.js";
import { stableDeflater } from "../deflate/stable-deflater.js";
import { gzipSeal } from "./gzip-seal.js";

// Decoded bytes of a member. A member is made in one go, so this also bounds how long the thread is held up.
const MEMBER_BYTES = 1024 * 1024;
const LEVEL = 6;

/**
 * gzip (RFC 1952) whose bytes depend on nothing but the bytes of the source: members of 1 MiB, no times, no names, deflate of our own.
 * `seal`: ends in a member that holds the digest of everything before it.
 */
export async function* gzipStream(source: ByteStream, options: { readonly seal: boolean }): ByteStream {
  const hash = options.seal ? createHash("sha256") : undefined;
  let members = 0;
  const member = (decoded: Uint8Array): Uint8Array => {
    const bytes = gzipMember(decoded, stableDeflater, seemsIncompressible(decoded) ? 0 : LEVEL);
    hash?.update(bytes);
    members++;
    return bytes;
  };
  for await (const block of blocks(source, MEMBER_BYTES)) yield member(block);
  if (members === 0) yield member(new Uint8Array(0));
  if (hash) yield gzipSeal(hash.digest());
}
