import { createHash } from "node:crypto";
import { BaleError, type BlobDriver, digestFromHex } from "@bale/spec";
import { locateMarker } from "./locator.js";

/**
 * Leaves `users/<sha256 of the name>` holding the name of a repository that uses the store, once: without it nobody could know whose
 * blobs these are, and garbage collection would be a guess.
 */
export async function markUser(
  driver: Pick<BlobDriver, "locate" | "stat" | "write">,
  user: string,
): Promise<void> {
  const bytes = new TextEncoder().encode(user);
  const digest = digestFromHex(createHash("sha256").update(bytes).digest("hex"));
  const locator = locateMarker(driver, digest);
  const source = {
    size: bytes.length,
    open: async function* () {
      yield bytes;
    },
  };
  await driver.write(locator, source, { digest });
  const kept = await driver.stat(locator);
  if (kept?.size === bytes.length) return;
  throw new BaleError({
    code: "STORE_CORRUPT",
    message: "the store did not keep the marker of its user as it was sent",
    why: kept ? `it holds ${kept.size} bytes, ${bytes.length} were sent` : "it is absent after the write",
    context: { locator },
  });
}
