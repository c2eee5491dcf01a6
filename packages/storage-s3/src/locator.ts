import {
  BaleError,
  type BlobDriver,
  type BlobLocator,
  type Digest,
  digestFromHex,
  digestHex,
} from "@bale/spec";
import type { S3Config } from "./config.js";

/** A bucket, and the part of it that is one store. */
export interface StorePlace {
  readonly bucket: string;
  /** With a slash at its end, or empty. */
  readonly folder: string;
}

export function placeOf({ bucket, prefix }: Pick<S3Config, "bucket" | "prefix">): StorePlace {
  return { bucket, folder: prefix === undefined ? "" : `${prefix}/` };
}

function locatorOf(place: StorePlace, key: string): BlobLocator {
  return `s3://${place.bucket}/${key}` as BlobLocator;
}

/** What every blob's key begins with. */
export function blobFolder(place: StorePlace): string {
  return `${place.folder}sha256/`;
}
/** What the key of every marker of a user begins with. */
export function markerFolder(place: StorePlace): string {
  return `${place.folder}users/`;
}
export function blobKey(place: StorePlace, digest: Digest): string {
  const hex = digestHex(digest);
  return `${blobFolder(place)}${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`;
}
export function locateBlob(place: StorePlace, digest: Digest): BlobLocator {
  return locatorOf(place, blobKey(place, digest));
}

const HEX_AT_END = /(?:^|\/)([0-9a-f]{64})$/;

/** The digest of a blob with this key; `undefined` for whatever else lies in the bucket. */
export function digestOfKey(place: StorePlace, key: string): Digest | undefined {
  const hex = HEX_AT_END.exec(key)?.[1];
  if (hex === undefined) return undefined;
  const digest = digestFromHex(hex);
  return blobKey(place, digest) === key ? digest : undefined;
}

/** The key of a blob or of a user's marker. @throws BaleError `INTERNAL` for any other text than this store's own locators */
export function keyOfLocator(place: StorePlace, locator: BlobLocator): string {
  const start = locatorOf(place, "");
  const key = locator.startsWith(start) ? locator.slice(start.length) : "";
  const hex = HEX_AT_END.exec(key)?.[1];
  if (hex !== undefined && (digestOfKey(place, key) || key === `${markerFolder(place)}${hex}`)) return key;
  throw new BaleError({
    code: "INTERNAL",
    message: "a locator was handed to a driver that did not make it",
    why: `${locator} is not in ${locatorOf(place, place.folder)}`,
  });
}

const ANY = digestFromHex("0".repeat(64));

/** Where the marker of a user lies, told by a driver's own locators, so that layers around the driver do not hide it. */
export function locateMarker(driver: Pick<BlobDriver, "locate">, nameDigest: Digest): BlobLocator {
  const blob = driver.locate(ANY);
  const base = blob.slice(0, blob.length - `sha256/00/00/${digestHex(ANY)}`.length);
  return `${base}users/${digestHex(nameDigest)}` as BlobLocator;
}
