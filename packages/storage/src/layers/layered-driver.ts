import type { BlobDriver } from "@bale/spec";

/** The driver with some members replaced. Named one by one, since a driver may be an object whose members a spread does not see. */
export function layeredDriver(inner: BlobDriver, changes: Partial<BlobDriver>): BlobDriver {
  return {
    scheme: inner.scheme,
    limits: inner.limits,
    verifiesDigest: inner.verifiesDigest,
    locate: (...call) => inner.locate(...call),
    stat: (...call) => inner.stat(...call),
    read: (...call) => inner.read(...call),
    write: (...call) => inner.write(...call),
    classify: (...call) => inner.classify(...call),
    listing: inner.listing,
    deletion: inner.deletion,
    mounting: inner.mounting,
    uploads: inner.uploads,
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    ...changes,
  };
}
