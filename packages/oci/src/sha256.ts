import { createHash } from "node:crypto";
import { type Digest, digestFromHex } from "@bale/spec";

export interface RunningSha256 {
  readonly update: (chunk: Uint8Array) => void;
  readonly finish: () => Digest;
}

/** A hash that is fed piece by piece. */
export function beginSha256(): RunningSha256 {
  const hash = createHash("sha256");
  return {
    update: (chunk) => void hash.update(chunk),
    finish: () => digestFromHex(hash.digest("hex")),
  };
}

/** Over raw bytes as they were sent or served. */
export function sha256(bytes: Uint8Array): Digest {
  return digestFromHex(createHash("sha256").update(bytes).digest("hex"));
}
