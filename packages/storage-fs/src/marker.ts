import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import type { BlobDriver, CallOptions } from "@bale/spec";
import { errnoOf, FsStoreError } from "./classify.js";
import { foldersExist } from "./folders.js";
import { baseFolder, folderPath, type StoreFile } from "./locator.js";
import { readBlob } from "./read.js";
import { fileSize } from "./stat.js";
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

const HEX = /^[0-9a-f]{64}$/;
const LONGEST_NAME = 1024;

async function readMarker(file: StoreFile, signal: AbortSignal | undefined): Promise<string> {
  const size = (await fileSize(file)) ?? 0;
  const parts: Uint8Array[] = [];
  if (size > 0 && size <= LONGEST_NAME) for await (const part of readBlob(file, { signal })) parts.push(part);
  const bytes = Buffer.concat(parts);
  // One that cannot be read stands for a user that nobody knows: whoever collects garbage has to stop.
  if (createHash("sha256").update(bytes).digest("hex") === file.name) return bytes.toString("utf8");
  throw new FsStoreError("integrity", `the marker of a user is damaged: users/${file.name}`);
}

/** Every repository that ever left a marker, in no particular order. */
export async function* listUsers(
  driver: Pick<BlobDriver, "locate">,
  options: CallOptions = {},
): AsyncGenerator<string> {
  const root = baseFolder(driver);
  if (!(await foldersExist(root, ["users"]))) return;
  let entries: readonly string[];
  try {
    entries = await readdir(folderPath(root, ["users"]));
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return;
    throw cause;
  }
  for (const name of entries)
    if (HEX.test(name)) yield await readMarker({ root, folders: ["users"], name }, options.signal);
}
