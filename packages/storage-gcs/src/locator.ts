import {
  BaleError,
  type BlobDriver,
  type BlobLocator,
  type Digest,
  digestFromHex,
  digestHex,
} from "@bale/spec";

const SCHEME = "gcs";
const NAME = /^(?:sha256\/([0-9a-f]{2})\/([0-9a-f]{2})|users)\/([0-9a-f]{64})$/;

/** Where the blobs of a store are. */
export interface StorePlace {
  readonly bucket: string;
  readonly prefix?: string | undefined;
}

function placeText({ bucket, prefix }: StorePlace): string {
  return `${SCHEME}://${bucket}/${prefix === undefined ? "" : `${prefix}/`}`;
}

/** What stands before all names of a store in its bucket: nothing, or a prefix and a slash. */
export function namePrefix({ prefix }: StorePlace): string {
  return prefix === undefined ? "" : `${prefix}/`;
}

export function locateBlob(place: StorePlace, digest: Digest): BlobLocator {
  const hex = digestHex(digest);
  return `${placeText(place)}sha256/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}` as BlobLocator;
}

/** The digest of a blob by its name below the prefix; `undefined` for whatever else lies in the bucket. */
export function digestOfName(name: string): Digest | undefined {
  const [, first, second, hex] = NAME.exec(name) ?? [];
  if (hex === undefined || first === undefined) return undefined;
  return hex.startsWith(`${first}${second}`) ? digestFromHex(hex) : undefined;
}

/** The name in the bucket of one of this store's own locators. @throws BaleError `INTERNAL` for any other text */
export function nameOfLocator(place: StorePlace, locator: BlobLocator): string {
  const before = placeText(place);
  if (locator.startsWith(before)) {
    const name = locator.slice(before.length);
    if (name.startsWith("users/") ? NAME.test(name) : digestOfName(name) !== undefined)
      return `${namePrefix(place)}${name}`;
  }
  throw new BaleError({
    code: "INTERNAL",
    message: "a locator was handed to a driver that did not make it",
    why: `${locator} is not in ${before}`,
  });
}

const ANY = digestFromHex("0".repeat(64));

/** Where the marker of a user lies, told by a driver's own locators, so that layers around the driver do not hide it. */
export function locateMarker(driver: Pick<BlobDriver, "locate">, hex: string): BlobLocator {
  const any = driver.locate(ANY);
  return `${any.slice(0, any.length - `sha256/00/00/${digestHex(ANY)}`.length)}users/${hex}` as BlobLocator;
}
