import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { errnoOf } from "./classify.js";
import { foldersExist } from "./folders.js";
import { folderPath, type StorePlace } from "./locator.js";

/** A folder that holds blobs, and whatever else lies there. */
export interface BlobFolder {
  /** Below the root of the store, outermost first. */
  readonly folders: readonly string[];
  /** The four digits with which the digests of its blobs begin. */
  readonly start: string;
  /** Plain files, in order; links are none. */
  readonly files: readonly string[];
}

const PAIR = /^[0-9a-f]{2}$/;

async function entriesIn(root: string, folders: readonly string[]): Promise<readonly Dirent[]> {
  if (!(await foldersExist(root, folders))) return [];
  try {
    return await readdir(folderPath(root, folders), { withFileTypes: true });
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return [];
    throw cause;
  }
}

async function pairsIn(root: string, folders: readonly string[]): Promise<readonly string[]> {
  const entries = await entriesIn(root, folders);
  return entries
    .filter((entry) => entry.isDirectory() && PAIR.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

/** All folders of blobs in the order of the digests, one in memory at a time, from the one that holds digests with this beginning on. */
export async function* blobFolders(
  place: StorePlace,
  from: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<BlobFolder> {
  const top = [...place.prefix, "sha256"];
  signal?.throwIfAborted();
  for (const first of await pairsIn(place.root, top)) {
    if (first < from.slice(0, 2)) continue;
    for (const second of await pairsIn(place.root, [...top, first])) {
      const start = first + second;
      if (start < from.slice(0, 4)) continue;
      signal?.throwIfAborted();
      const folders = [...top, first, second];
      const entries = await entriesIn(place.root, folders);
      const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
      yield { folders, start, files: files.sort() };
    }
  }
}
