import {
  BaleError,
  type CallOptions,
  type Digest,
  type HttpResponse,
  isDigest,
  LIMITS,
  type MediaType,
  type RawManifest,
  type ResolvedTag,
  type Tag,
} from "@bale/spec";
import { readMediaType } from "../parse-descriptor.js";
import { parseDocument } from "../parse-document.js";
import { sha256 } from "../sha256.js";
import { MANIFEST_HEADERS } from "./manifest-accept.js";
import { exchangeName, type RegistryExchange, send } from "./registry-exchange.js";
import { readFailure } from "./registry-failure.js";
import { statedDigest } from "./stated-digest.js";

export interface FetchedManifest {
  readonly manifest: RawManifest;
  readonly digestFrom: ResolvedTag["digestFrom"];
}

function mediaTypeOf(response: HttpResponse, bytes: Uint8Array): MediaType {
  const header = response.headers["content-type"];
  const mediaType =
    header === undefined
      ? readMediaType(parseDocument(bytes, "the manifest", "MANIFEST_INVALID")["mediaType"])
      : readMediaType(header);
  if (mediaType) return mediaType;
  throw new BaleError({
    code: "MANIFEST_INVALID",
    message: "the registry did not say what kind of manifest it sent",
    why: "neither Content-Type nor the manifest itself has a media type",
  });
}

/**
 * The bytes of a manifest, `undefined` when there is none. A digest in the header must be that of the bytes;
 * one of another algorithm is no statement about them (distribution answers sha256 to sha512) and is ignored.
 * @throws BaleError `DIGEST_MISMATCH`, `LIMIT`, `MANIFEST_INVALID`, `MANIFEST_UNSUPPORTED`, `TLS`
 */
export async function fetchManifest(
  exchange: RegistryExchange,
  reference: Tag | Digest,
  options: CallOptions = {},
): Promise<FetchedManifest | undefined> {
  const response = await send(exchange, {
    method: "GET",
    target: `manifests/${reference}`,
    actions: ["pull"],
    headers: MANIFEST_HEADERS,
    accept: [200, 400, 404, 406],
    signal: options.signal,
  });
  if (response.status === 404) {
    await response.discard();
    return undefined;
  }
  if (response.status !== 200) {
    const failure = await readFailure(response);
    throw new BaleError({
      code: failure.tls ? "TLS" : "MANIFEST_UNSUPPORTED",
      message: `the registry did not give the manifest ${reference}`,
      why: failure.tls?.why ?? failure.text,
      fix: failure.tls?.fix,
      context: { repository: exchangeName(exchange), status: failure.status },
    });
  }
  const bytes = await response.bytes(LIMITS.manifestBytes);
  const digest = sha256(bytes);
  const stated = statedDigest(exchange, response);
  const wrong = [stated, isDigest(reference) ? reference : undefined].find(
    (expected) => expected && expected !== digest,
  );
  if (wrong)
    throw new BaleError({
      code: "DIGEST_MISMATCH",
      message: `the manifest of ${exchangeName(exchange)} does not have its digest`,
      why: `expected ${wrong}, and the bytes have ${digest}`,
      fix: "something between here and the registry changes content: check proxies, then try again",
      context: { repository: exchangeName(exchange), expected: wrong, actual: digest },
    });
  return {
    manifest: { mediaType: mediaTypeOf(response, bytes), digest, bytes },
    digestFrom: stated || isDigest(reference) ? "registry" : "computed",
  };
}

/** @throws BaleError `NOT_FOUND` and those of `fetchManifest` */
export async function getManifest(
  exchange: RegistryExchange,
  digest: Digest,
  options: CallOptions = {},
): Promise<RawManifest> {
  const fetched = await fetchManifest(exchange, digest, options);
  if (fetched) return fetched.manifest;
  throw new BaleError({
    code: "NOT_FOUND",
    message: `no manifest ${digest} in ${exchangeName(exchange)}`,
    why: "it was deleted, or the repository has another name",
    context: { repository: exchangeName(exchange), digest },
  });
}
