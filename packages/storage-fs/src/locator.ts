import {
  BaleError,
  type BlobDriver,
  type BlobLocator,
  type Digest,
  digestFromHex,
  digestHex,
} from "@bale/spec";

const SCHEME = "fs";
const HEX = /^[0-9a-f]{64}$/;

/** Where the blobs of a store are. */
export interface StorePlace {
  /** The configured directory. It may be a link: whoever configured it chose where it leads. */
  readonly root: string;
  /** Folders below the root, `sha256` not included. */
  readonly prefix: readonly string[];
}
/** One file of a store. */
export interface StoreFile {
  readonly root: string;
  /** Folders below the root, outermost first; none of them may be a link. */
  readonly folders: readonly string[];
  readonly name: string;
}

export function folderPath(root: string, folders: readonly string[]): string {
  return [root, ...folders].join("/");
}
export function filePath(file: StoreFile): string {
  return `${folderPath(file.root, file.folders)}/${file.name}`;
}

/** Two levels of 256 folders each: a million blobs are some 15 a folder. */
export function blobFile(place: StorePlace, digest: Digest): StoreFile {
  const name = digestHex(digest);
  return {
    root: place.root,
    folders: [...place.prefix, "sha256", name.slice(0, 2), name.slice(2, 4)],
    name,
  };
}

export function locateBlob(place: StorePlace, digest: Digest): BlobLocator {
  return `${SCHEME}:${filePath(blobFile(place, digest))}` as BlobLocator;
}

/** The digest of one of this store's own locators. @throws BaleError `INTERNAL` for any other text */
export function digestOfLocator(place: StorePlace, locator: BlobLocator): Digest {
  const hex = locator.slice(-64);
  if (HEX.test(hex)) {
    const digest = digestFromHex(hex);
    if (locateBlob(place, digest) === locator) return digest;
  }
  throw new BaleError({
    code: "INTERNAL",
    message: "a locator was handed to a driver that did not make it",
    why: `${locator} is not in ${folderPath(place.root, place.prefix)}`,
  });
}

const ANY = digestFromHex("0".repeat(64));

/** The folder that holds `sha256` and `users`, told by a driver's own locators, so that layers around the driver do not hide it. */
export function baseFolder(driver: Pick<BlobDriver, "locate">): string {
  const path = driver.locate(ANY).slice(SCHEME.length + 1);
  return path.slice(0, path.length - `/sha256/00/00/${digestHex(ANY)}`.length);
}
