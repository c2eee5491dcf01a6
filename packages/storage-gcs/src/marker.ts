import { createHash } from "node:crypto";
import { type BlobDriver, digestFromHex } from "@bale/spec";
import { locateMarker } from "./locator.js";

/**
 * Leaves `users/<sha256 of the name>` holding the name of a repository that uses the store, once: without it nobody could know whose
 * blobs these are, and garbage collection would be a guess.
 */
export async function markUser(driver: Pick<BlobDriver, "locate" | "write">, user: string): Promise<void> {
  const bytes = new TextEncoder().encode(user);
  const hex = createHash("sha256").update(bytes).digest("hex");
  const source = {
    size: bytes.length,
    open: async function* () {
      yield bytes;
    },
  };
  await driver.write(locateMarker(driver, hex), source, { digest: digestFromHex(hex) });
}
