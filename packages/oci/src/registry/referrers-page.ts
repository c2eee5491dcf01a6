import {
  type CallOptions,
  type Descriptor,
  type Digest,
  LIMITS,
  MEDIA_TYPES,
  type MediaType,
} from "@bale/spec";
import { readMediaType } from "../parse-descriptor.js";
import { readReferrersIndex } from "../referrers-index.js";
import { nextPage } from "./next-page.js";
import { type RegistryExchange, repositoryUrl, send } from "./registry-exchange.js";

export interface ReferrersPage {
  readonly referrers: readonly Descriptor[];
  readonly next: URL | undefined;
}

/** Where the referrers of a manifest are listed. */
export function referrersUrl(exchange: RegistryExchange, subject: Digest, artifactType?: MediaType): URL {
  const url = repositoryUrl(exchange, `referrers/${subject}`);
  if (artifactType) url.searchParams.set("artifactType", artifactType);
  return url;
}

/**
 * One page of the referrers API; `undefined` where the registry has no such API: 404, 405 (ECR), 400, or an answer that is no image index.
 * A failing server throws: no answer must never read as "none".
 */
export async function fetchReferrersPage(
  exchange: RegistryExchange,
  url: URL,
  options: CallOptions,
): Promise<ReferrersPage | undefined> {
  const response = await send(exchange, {
    method: "GET",
    target: url,
    actions: ["pull"],
    headers: { accept: MEDIA_TYPES.imageIndex },
    accept: [200, 400, 404, 405, 501],
    signal: options.signal,
  });
  const mediaType = readMediaType(response.headers["content-type"]);
  if (response.status !== 200 || mediaType !== MEDIA_TYPES.imageIndex) {
    await response.discard();
    return undefined;
  }
  const referrers = readReferrersIndex(await response.bytes(LIMITS.pageBytes));
  return { referrers, next: nextPage(exchange, url, response) };
}

/** Whether the registry keeps referrers itself. */
export async function hasReferrersApi(
  exchange: RegistryExchange,
  subject: Digest,
  options: CallOptions,
): Promise<boolean> {
  return (await fetchReferrersPage(exchange, referrersUrl(exchange, subject), options)) !== undefined;
}
