import type { CallOptions, Digest, HttpResponse, ResolvedTag, Tag } from "@bale/spec";
import { readMediaType } from "../parse-descriptor.js";
import { fetchManifest } from "./fetch-manifest.js";
import { MANIFEST_HEADERS } from "./manifest-accept.js";
import { type RegistryExchange, send } from "./registry-exchange.js";
import { statedDigest } from "./stated-digest.js";

function describedBy(exchange: RegistryExchange, head: HttpResponse): ResolvedTag | undefined {
  const digest = statedDigest(exchange, head);
  const mediaType = readMediaType(head.headers["content-type"]);
  const length = head.headers["content-length"];
  if (
    digest === undefined ||
    mediaType === undefined ||
    length === undefined ||
    !/^[0-9]{1,15}$/.test(length)
  )
    return undefined;
  return { mediaType, digest, size: Number(length), digestFrom: "registry" };
}

/**
 * What a tag or digest names, by one HEAD where the registry answers it in full; by a GET where HEAD is refused,
 * lacks a digest, or says 404 without the header by which a registry is known (a proxy or a picky HEAD may have answered).
 */
export async function describeManifest(
  exchange: RegistryExchange,
  reference: Tag | Digest,
  options: CallOptions = {},
): Promise<ResolvedTag | undefined> {
  const head = await send(exchange, {
    method: "HEAD",
    target: `manifests/${reference}`,
    actions: ["pull"],
    headers: MANIFEST_HEADERS,
    accept: [200, 400, 404, 405, 406, 501],
    signal: options.signal,
  });
  await head.discard();
  if (head.status === 200) {
    const described = describedBy(exchange, head);
    if (described) return described;
  }
  if (head.status === 404 && head.headers["docker-distribution-api-version"] !== undefined) return undefined;
  const fetched = await fetchManifest(exchange, reference, options);
  return (
    fetched && {
      mediaType: fetched.manifest.mediaType,
      digest: fetched.manifest.digest,
      size: fetched.manifest.bytes.length,
      digestFrom: fetched.digestFrom,
    }
  );
}
