import { createHash } from "node:crypto";
import { BaleError, type CallOptions } from "@bale/spec";
import { listNames } from "./list-names.js";
import { namePrefix } from "./locator.js";
import { type ReadPlace, readBlob } from "./read.js";

const HEX = /^[0-9a-f]{64}$/;
const LONGEST_NAME = 1024;

/** Every repository that ever left a marker. @throws BaleError `STORE_CORRUPT` for a marker that does not hold what it is named after */
export async function* listUsers(place: ReadPlace, { signal }: CallOptions = {}): AsyncGenerator<string> {
  const { account, container } = place.client.config;
  const folder = `${namePrefix(place.client.config)}users/`;
  for await (const { name, size } of listNames(place.client, { prefix: folder, signal })) {
    const hex = name.slice(folder.length);
    if (!HEX.test(hex)) continue;
    const parts: Uint8Array[] = [];
    if (size > 0 && size <= LONGEST_NAME)
      for await (const part of readBlob(place, name, { signal })) parts.push(part);
    const bytes = Buffer.concat(parts);
    // One that cannot be read stands for a user that nobody knows: whoever collects garbage has to stop.
    if (createHash("sha256").update(bytes).digest("hex") !== hex)
      throw new BaleError({
        code: "STORE_CORRUPT",
        message: `the marker of a user is damaged: azure://${account}/${container}/${name}`,
        fix: "push once from the repository that it stood for, then remove the damaged marker",
        context: { account, container, blob: name },
      });
    yield bytes.toString("utf8");
  }
}
