import { mkdir, realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { BaleError, LIMITS } from "@bale/spec";
import { parseDocument } from "../parse-document.js";
import { cleanIngest } from "./clean-ingest.js";
import { isUnmade } from "./is-unmade.js";
import { indexFile, type LayoutFolder, layoutFile, makeFolders } from "./layout-folder.js";
import { EMPTY_INDEX, encodeLayoutIndex, type LayoutIndex, parseLayoutIndex } from "./layout-index.js";
import { type LayoutLock, lockLayout } from "./layout-lock.js";
import type { OpenLayoutOptions } from "./layout-options.js";
import { withLocalErrors } from "./local-failure.js";
import { readSmallFile } from "./regular-file.js";
import { storeFile } from "./store-file.js";

const LOCK_TIMEOUT_MS = 60_000;
const VERSION_FILE = new TextEncoder().encode('{"imageLayoutVersion":"1.0.0"}');

/** What a change of the index gives: the new one, or nothing to write. */
export interface IndexChange<Value> {
  readonly index: LayoutIndex | undefined;
  readonly value: Value;
}
/** One layout on disk. */
export interface LayoutState {
  readonly folder: LayoutFolder;
  /** The index as it is now; empty while the layout is still to be made. */
  readonly readIndex: () => Promise<LayoutIndex>;
  /** @throws BaleError `NOT_FOUND` while the layout is still to be made */
  readonly requireMade: () => void;
  /** Read, change, replace: nobody else's change comes between. */
  readonly changeIndex: <Value>(
    signal: AbortSignal | undefined,
    change: (index: LayoutIndex) => IndexChange<Value> | Promise<IndexChange<Value>>,
  ) => Promise<Value>;
  /** Makes folders and files that are still missing. */
  readonly prepare: (signal: AbortSignal | undefined) => Promise<void>;
}

function noLayout(directory: string, why: string): BaleError {
  return new BaleError({
    code: "NOT_FOUND",
    message: `no OCI layout in ${directory}`,
    why,
    fix: "name a folder that `bale export`, `skopeo copy` or `oras copy` has written, or a new one",
    context: { path: directory },
  });
}

/** Whether the folder has a layout of a known version. @throws BaleError `UNSUPPORTED`, `MANIFEST_INVALID` */
async function isLayout(folder: LayoutFolder): Promise<boolean> {
  const bytes = await readSmallFile(layoutFile(folder), LIMITS.errorBodyBytes);
  if (!bytes) return false;
  const version = parseDocument(bytes, "the file oci-layout", "MANIFEST_INVALID")["imageLayoutVersion"];
  if (typeof version === "string" && version.startsWith("1.")) return true;
  throw new BaleError({
    code: "UNSUPPORTED",
    message: `the layout in ${folder.directory} has a version that is not known`,
    why: `imageLayoutVersion is ${JSON.stringify(version)?.slice(0, 60)}`,
  });
}

/** The user's own path may be a link; everything below it may not. */
async function realDirectory(directory: string): Promise<string> {
  return realpath(directory).catch(() => resolve(directory));
}

async function readIndexFile(folder: LayoutFolder): Promise<LayoutIndex | undefined> {
  const bytes = await readSmallFile(indexFile(folder), LIMITS.pageBytes);
  return bytes && parseLayoutIndex(bytes);
}

function storeIndex(folder: LayoutFolder, index: LayoutIndex, lock: LayoutLock): Promise<void> {
  return storeFile(folder, indexFile(folder), [encodeLayoutIndex(index)], { beforeRename: lock.check });
}

async function makeLayout(folder: LayoutFolder, lock: LayoutLock): Promise<void> {
  if (!(await readIndexFile(folder))) await storeIndex(folder, EMPTY_INDEX, lock);
  // Last: the file by which a layout is known stands for all the rest.
  if (!(await isLayout(folder))) await storeFile(folder, layoutFile(folder), [VERSION_FILE]);
}

/** @throws BaleError `NOT_FOUND`, `UNSUPPORTED`, `MANIFEST_INVALID`, `PERMISSION`, `IO` */
export async function openLayoutState(options: OpenLayoutOptions): Promise<LayoutState> {
  const folder: LayoutFolder = {
    directory: await realDirectory(options.directory),
    sync: options.fsync !== "never",
  };
  const { directory } = folder;
  let made = await isLayout(folder);
  if (!made && !options.create) throw noLayout(directory, "it has no file oci-layout");
  if (!made && !(await isUnmade(folder)))
    throw noLayout(directory, "it has no file oci-layout, and is not empty, so none is made there");

  const lock = (signal: AbortSignal | undefined): Promise<LayoutLock> =>
    lockLayout(folder, options.lockTimeoutMs ?? LOCK_TIMEOUT_MS, signal);
  const readIndex = async (): Promise<LayoutIndex> => {
    const index = await readIndexFile(folder);
    if (index) return index;
    if (!made) return EMPTY_INDEX;
    throw new BaleError({
      code: "MANIFEST_INVALID",
      message: `the layout in ${directory} has no index.json`,
      context: { path: directory },
    });
  };
  let cleaned = false;
  const prepare = async (signal: AbortSignal | undefined): Promise<void> => {
    await makeFolders(folder);
    if (!cleaned) await cleanIngest(folder);
    cleaned = true;
    if (made) return;
    await using held = await lock(signal);
    await makeLayout(folder, held);
    made = true;
  };
  return {
    folder,
    readIndex,
    requireMade: () => {
      if (!made) throw noLayout(directory, "it has no file oci-layout");
    },
    prepare,
    changeIndex: async (signal, change) => {
      await withLocalErrors("making a folder", directory, () => mkdir(directory, { recursive: true }));
      await prepare(signal);
      await using held = await lock(signal);
      const { index, value } = await change(await readIndex());
      if (index) await storeIndex(folder, index, held);
      return value;
    },
  };
}
