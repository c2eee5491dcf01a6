import { BaleError } from "@bale/spec";
import type { RegistryExchange } from "../registry/registry-exchange.js";

/**
 * The URL of a `Location` (RFC 3986): relative, absolute, with a query, on another host. A registry behind a proxy that names its own
 * host without the port, or with http for https, means itself. From https nothing leads to http elsewhere.
 * @throws BaleError `CROSS_ORIGIN`
 */
export function resolveLocation(exchange: RegistryExchange, asked: URL, location: string): URL {
  const own = new URL(exchange.origin);
  const refused = (why: string): BaleError =>
    new BaleError({
      code: "CROSS_ORIGIN",
      message: `${exchange.registry} led an upload to a place that is not followed`,
      why,
      fix: "if the registry is yours, let its proxy pass Host and X-Forwarded-Proto on",
      context: { registry: exchange.registry },
    });
  if (!URL.canParse(location, asked.href)) throw refused("the Location is no URL");
  const url = new URL(location, asked);
  url.hash = "";
  if (url.protocol !== "https:" && url.protocol !== "http:") throw refused(`its scheme is ${url.protocol}`);
  if (url.username !== "" || url.password !== "") throw refused("it holds credentials");
  if (url.hostname === own.hostname && (url.port === "" || url.port === own.port)) {
    if (url.protocol === own.protocol || own.protocol === "https:") {
      url.protocol = own.protocol;
      url.port = own.port;
    }
  }
  if (own.protocol === "https:" && url.protocol === "http:")
    throw refused(`it leads from https to http, at ${url.host}`);
  return url;
}

/** The Location with the digest added as it is, since re-encoding a query that the registry made could break it. */
export function closingLocation(location: URL, digest: string): URL {
  const url = new URL(location);
  url.search = `${url.search}${url.search === "" ? "?" : "&"}digest=${encodeURIComponent(digest)}`;
  return url;
}
