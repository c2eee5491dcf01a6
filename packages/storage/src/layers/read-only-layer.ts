import { BaleError } from "@bale/spec";
import type { BlobLayer } from "./blob-layer.js";
import { layeredDriver } from "./layered-driver.js";

/** Refuses every write with `CAPABILITY_MISSING`; deletion, mounts and unfinished uploads are absent. */
export function readOnlyLayer(): BlobLayer {
  return (inner) =>
    layeredDriver(inner, {
      write: async () => {
        throw new BaleError({
          code: "CAPABILITY_MISSING",
          message: `this ${inner.scheme} store is open for reading only`,
        });
      },
      deletion: undefined,
      mounting: undefined,
      uploads: undefined,
    });
}
