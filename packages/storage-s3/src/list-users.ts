import { createHash } from "node:crypto";
import { BaleError, type CallOptions } from "@bale/spec";
import { listKeys } from "./list-keys.js";
import { markerFolder, type StorePlace } from "./locator.js";
import { type ReadPlace, readObject } from "./read.js";

const HEX = /^[0-9a-f]{64}$/;
const LONGEST_NAME = 1024;

/** Every repository that ever left a marker. @throws BaleError `STORE_CORRUPT` for a marker that does not hold what it is named after */
export async function* listUsers(
  opened: Omit<ReadPlace, "key">,
  place: StorePlace,
  { signal }: CallOptions = {},
): AsyncGenerator<string> {
  const prefix = markerFolder(place);
  for await (const { key, size } of listKeys(opened.bucket, { prefix, signal })) {
    const name = key.slice(prefix.length);
    if (!HEX.test(name)) continue;
    const parts: Uint8Array[] = [];
    if (size > 0 && size <= LONGEST_NAME)
      for await (const part of readObject({ ...opened, key }, { signal })) parts.push(part);
    const bytes = Buffer.concat(parts);
    // One that cannot be read stands for a user that nobody knows: whoever collects garbage has to stop.
    if (createHash("sha256").update(bytes).digest("hex") !== name)
      throw new BaleError({
        code: "STORE_CORRUPT",
        message: `the marker of a user is damaged: s3://${place.bucket}/${key}`,
        fix: "push once from the repository that it stood for, then remove the damaged marker",
        context: { bucket: place.bucket, key },
      });
    yield bytes.toString("utf8");
  }
}
