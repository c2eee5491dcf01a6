import {
  BaleError,
  type CallOptions,
  type Digest,
  type HttpResponse,
  type RawManifest,
  type Tag,
} from "@bale/spec";
import { exchangeName, type RegistryExchange, send } from "./registry-exchange.js";
import { type RegistryFailure, readFailure } from "./registry-failure.js";
import { statedDigest } from "./stated-digest.js";

function refusal(exchange: RegistryExchange, reference: Tag | Digest, failure: RegistryFailure): BaleError {
  const { codes, text, digests } = failure;
  const context = { repository: exchangeName(exchange), reference, status: failure.status };
  const message = `the registry refused the manifest ${reference}`;
  if (codes.has("MANIFEST_BLOB_UNKNOWN") || codes.has("BLOB_UNKNOWN"))
    return new BaleError({
      code: "BLOB_MISSING",
      message: `${message}: a blob that it names is gone`,
      why: text,
      fix: "push again: what is missing is then sent",
      context: { ...context, digests },
    });
  if (codes.has("DIGEST_INVALID"))
    return new BaleError({ code: "DIGEST_MISMATCH", message, why: text, context });
  if (codes.has("NAME_UNKNOWN") || (failure.status === 404 && codes.size === 0))
    return new BaleError({
      code: "NOT_FOUND",
      message: `no repository ${exchangeName(exchange)}`,
      why: text,
      fix: "create the repository first; this registry does not do so on push",
      context,
    });
  return new BaleError({
    code: "REGISTRY_LIMIT",
    message,
    why: text,
    fix:
      failure.status === 413
        ? "raise pack.smallerThan or pack.target, so that the manifest has fewer layers"
        : "try --envelope compatible, which registries with an allow list of types accept",
    context,
  });
}

/**
 * PUTs the raw bytes under a tag or their digest.
 * @throws BaleError `BLOB_MISSING`, `DIGEST_MISMATCH`, `NOT_FOUND`, `REGISTRY_LIMIT`, and what the connection met
 */
export async function sendManifest(
  exchange: RegistryExchange,
  reference: Tag | Digest,
  manifest: RawManifest,
  options: CallOptions & { readonly idempotent: boolean },
): Promise<HttpResponse> {
  const response = await send(exchange, {
    method: "PUT",
    target: `manifests/${reference}`,
    actions: ["pull", "push"],
    headers: { "content-type": manifest.mediaType },
    body: manifest.bytes,
    accept: [200, 201, 202, 204, 400, 404, 405, 406, 409, 412, 413, 415, 422],
    idempotent: options.idempotent,
    signal: options.signal,
  });
  if (response.status >= 300) throw refusal(exchange, reference, await readFailure(response));
  await response.discard();
  const stored = statedDigest(exchange, response);
  if (stored !== undefined && stored !== manifest.digest)
    throw new BaleError({
      code: "DIGEST_MISMATCH",
      message: `the registry stored another manifest than the one sent to ${exchangeName(exchange)}`,
      why: `sent ${manifest.digest}, stored ${stored}`,
      context: { repository: exchangeName(exchange), expected: manifest.digest, actual: stored },
    });
  return response;
}
