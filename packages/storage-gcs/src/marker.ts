import { type BlobDriver, digestHex } from "@bale/spec";
import { userMarker } from "@bale/storage";
import { locateMarker } from "./locator.js";

/** Leaves the marker of a repository that uses the store, once. */
export async function markUser(driver: Pick<BlobDriver, "locate" | "write">, user: string): Promise<void> {
  const { digest, source } = userMarker(user);
  await driver.write(locateMarker(driver, digestHex(digest)), source, { digest });
}
