import {
  BaleError,
  type CallOptions,
  type Descriptor,
  type Digest,
  LIMITS,
  type MediaType,
} from "@bale/spec";
import { fallbackTag } from "../fallback-tag.js";
import { readReferrersIndex } from "../referrers-index.js";
import { fetchManifest } from "./fetch-manifest.js";
import { fetchReferrersPage, type ReferrersPage, referrersUrl } from "./referrers-page.js";
import { exchangeName, type RegistryExchange } from "./registry-exchange.js";

async function* pages(
  exchange: RegistryExchange,
  subject: Digest,
  options: CallOptions & { readonly artifactType?: MediaType | undefined },
): AsyncGenerator<readonly Descriptor[]> {
  let url: URL | undefined = referrersUrl(exchange, subject, options.artifactType);
  for (let page = 0; url; page++) {
    if (page >= LIMITS.tagPages)
      throw new BaleError({
        code: "LIMIT",
        message: `the referrers of ${subject} in ${exchangeName(exchange)} do not end`,
        why: `they were given up after ${LIMITS.tagPages} pages`,
      });
    const found: ReferrersPage | undefined =
      exchange.profile.referrers === "tag" ? undefined : await fetchReferrersPage(exchange, url, options);
    if (!found) {
      // Half a list is no list: an API that vanishes between two pages has failed.
      if (page > 0)
        throw new BaleError({ code: "SERVER", message: "a page of the referrers list is missing" });
      const fallback = await fetchManifest(exchange, fallbackTag(subject), options);
      if (fallback) yield readReferrersIndex(fallback.manifest.bytes);
      return;
    }
    yield found.referrers;
    url = found.next;
  }
}

/**
 * `listReferrers` of the contract: the API, or the referrers tag where there is none. Filtered here, whatever the registry did.
 * @throws BaleError `SERVER` and others of the connection, `MANIFEST_INVALID`, `LIMIT`
 */
export async function* listReferrers(
  exchange: RegistryExchange,
  subject: Digest,
  options: CallOptions & { readonly artifactType?: MediaType | undefined } = {},
): AsyncGenerator<Descriptor> {
  const seen = new Set<Digest>();
  for await (const page of pages(exchange, subject, options)) {
    const known = seen.size;
    for (const referrer of page) {
      if (seen.has(referrer.digest)) continue;
      seen.add(referrer.digest);
      if (options.artifactType === undefined || referrer.artifactType === options.artifactType)
        yield referrer;
    }
    if (seen.size === known) return;
  }
}
