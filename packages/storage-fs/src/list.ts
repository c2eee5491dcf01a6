import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { type BlobListing, digestFromHex } from "@bale/spec";
import { errnoOf } from "./classify.js";
import { foldersExist } from "./folders.js";
import { blobFile, folderPath, locateBlob, type StorePlace } from "./locator.js";
import { fileSize } from "./stat.js";

const PAIR = /^[0-9a-f]{2}$/;
const HEX = /^[0-9a-f]{64}$/;

async function entriesIn(root: string, folders: readonly string[]): Promise<readonly Dirent[]> {
  if (!(await foldersExist(root, folders))) return [];
  try {
    return await readdir(folderPath(root, folders), { withFileTypes: true });
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return [];
    throw cause;
  }
}

/** In order. Links, unfinished files and whatever else lies there are not ours to list. */
async function names(root: string, folders: readonly string[], kind: "folder" | "file"): Promise<string[]> {
  const entries = await entriesIn(root, folders);
  const ours = entries.filter((entry) =>
    kind === "folder" ? entry.isDirectory() && PAIR.test(entry.name) : entry.isFile() && HEX.test(entry.name),
  );
  return ours.map((entry) => entry.name).sort();
}

/** All blobs in the order of their digests, one folder in memory at a time. */
export async function* listBlobs(
  place: StorePlace,
  options: Parameters<BlobListing["list"]>[0] = {},
): ReturnType<BlobListing["list"]> {
  const { after, signal } = options;
  const skipTo = after?.slice(-64) ?? "";
  const top = [...place.prefix, "sha256"];
  signal?.throwIfAborted();
  for (const first of await names(place.root, top, "folder")) {
    if (first < skipTo.slice(0, 2)) continue;
    for (const second of await names(place.root, [...top, first], "folder")) {
      if (first + second < skipTo.slice(0, 4)) continue;
      for (const name of await names(place.root, [...top, first, second], "file")) {
        signal?.throwIfAborted();
        if (!name.startsWith(first + second) || name <= skipTo) continue;
        const digest = digestFromHex(name);
        const size = await fileSize(blobFile(place, digest));
        if (size !== undefined) yield { locator: locateBlob(place, digest), digest, size };
      }
    }
  }
}
