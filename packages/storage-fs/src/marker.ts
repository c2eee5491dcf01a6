import { createHash } from "node:crypto";
import type { BlobDriver } from "@bale/spec";
import { baseFolder } from "./locator.js";
import { writeFile } from "./write.js";

/**
 * Leaves `users/<sha256 of the name>` holding the name of a repository that uses the store, once: without it nobody could know whose
 * blobs these are, and garbage collection would be a guess.
 */
export async function markUser(driver: Pick<BlobDriver, "locate">, user: string): Promise<void> {
  const bytes = new TextEncoder().encode(user);
  const name = createHash("sha256").update(bytes).digest("hex");
  const source = {
    size: bytes.length,
    open: async function* () {
      yield bytes;
    },
  };
  await writeFile({ root: baseFolder(driver), folders: ["users"], name }, source);
}
