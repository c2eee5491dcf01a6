import { parseLinkHeader } from "@bale/http";
import { BaleError, type HttpResponse } from "@bale/spec";
import type { RegistryExchange } from "./registry-exchange.js";

/**
 * The page that a `Link` header leads to.
 * @throws BaleError `CROSS_ORIGIN` when it is on another origin, where nothing of this registry's lists belongs
 */
export function nextPage(
  exchange: Pick<RegistryExchange, "registry" | "origin">,
  page: URL,
  response: HttpResponse,
): URL | undefined {
  const target = parseLinkHeader(response.headers["link"]);
  if (target === undefined) return undefined;
  if (!URL.canParse(target, page.href)) return undefined;
  const next = new URL(target, page);
  if (next.origin === new URL(exchange.origin).origin) return next;
  throw new BaleError({
    code: "CROSS_ORIGIN",
    message: `the registry ${exchange.registry} continues a list at another host`,
    why: `the next page is at ${next.origin}`,
    context: { registry: exchange.registry, host: next.host },
  });
}
