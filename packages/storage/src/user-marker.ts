import { createHash } from "node:crypto";
import { type ByteSource, type ByteStream, type Digest, digestFromHex } from "@bale/spec";

const HEX = /^[0-9a-f]{64}$/;
const LONGEST_NAME = 1024;

function hexOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * What stands under `users/<hex of the digest>`: the name of a repository that uses the store. Without it nobody could know whose blobs these
 * are, and garbage collection would be a guess.
 */
export function userMarker(user: string): { readonly digest: Digest; readonly source: ByteSource } {
  const bytes = new TextEncoder().encode(user);
  const source = {
    size: bytes.length,
    open: async function* () {
      yield bytes;
    },
  };
  return { digest: digestFromHex(hexOf(bytes)), source };
}

/** Whether the last part of a name in `users/` is one of a marker. */
export function isMarkerName(name: string): boolean {
  return HEX.test(name);
}

/**
 * The user that the marker of this name stands for; `undefined` for a damaged one, for a user that nobody knows: whoever collects garbage has to
 * stop there. What is too long to be a name is not read.
 */
export async function readUserMarker(
  name: string,
  size: number,
  read: () => ByteStream,
): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  if (size > 0 && size <= LONGEST_NAME) for await (const part of read()) parts.push(part);
  const bytes = Buffer.concat(parts);
  return hexOf(bytes) === name ? bytes.toString("utf8") : undefined;
}
