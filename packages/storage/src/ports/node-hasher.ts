import { createHash } from "node:crypto";
import { type Digest, digestFromHex, type Hasher } from "@bale/spec";

/** SHA-256 of Node, in this thread. */
export const nodeHasher: Hasher = {
  begin: () => {
    const hash = createHash("sha256");
    return {
      update: (chunk) => {
        hash.update(chunk);
      },
      finish: (): Digest => digestFromHex(hash.digest("hex")),
    };
  },
  digest: (bytes) => digestFromHex(createHash("sha256").update(bytes).digest("hex")),
};
