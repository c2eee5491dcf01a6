import { BaleError, type BlobLocator, type Digest, isDigest } from "@bale/spec";
import { exchangeName, type RegistryExchange } from "../registry/registry-exchange.js";

/** `oci:registry/repository@sha256:...` */
export function registryLocator(exchange: RegistryExchange, digest: Digest): BlobLocator {
  return `oci:${exchangeName(exchange)}@${digest}` as BlobLocator;
}

/** The digest of one of this repository's own locators. @throws BaleError `INTERNAL` for another's */
export function digestOfLocator(exchange: RegistryExchange, locator: BlobLocator): Digest {
  const prefix = `oci:${exchangeName(exchange)}@`;
  const digest = locator.slice(prefix.length);
  if (locator.startsWith(prefix) && isDigest(digest)) return digest;
  throw new BaleError({
    code: "INTERNAL",
    message: "a locator was handed to a driver that did not make it",
    why: `${locator} is not in ${exchangeName(exchange)}`,
  });
}
