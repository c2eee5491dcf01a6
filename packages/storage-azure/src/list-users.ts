import { BaleError, type CallOptions } from "@bale/spec";
import { isMarkerName, readUserMarker } from "@bale/storage";
import { listNames } from "./list-names.js";
import { namePrefix } from "./locator.js";
import { type ReadPlace, readBlob } from "./read.js";

/** Every repository that ever left a marker. @throws BaleError `STORE_CORRUPT` for a marker that does not hold what it is named after */
export async function* listUsers(place: ReadPlace, { signal }: CallOptions = {}): AsyncGenerator<string> {
  const { account, container } = place.client.config;
  const folder = `${namePrefix(place.client.config)}users/`;
  for await (const { name, size } of listNames(place.client, { prefix: folder, signal })) {
    const hex = name.slice(folder.length);
    if (!isMarkerName(hex)) continue;
    const user = await readUserMarker(hex, size, () => readBlob(place, name, { signal }));
    if (user === undefined)
      throw new BaleError({
        code: "STORE_CORRUPT",
        message: `the marker of a user is damaged: azure://${account}/${container}/${name}`,
        fix: "push once from the repository that it stood for, then remove the damaged marker",
        context: { account, container, blob: name },
      });
    yield user;
  }
}
