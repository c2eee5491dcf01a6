/// <reference path="./undici-pool.d.ts" />
import { LIMITS } from "@bale/spec";
import type { Dispatcher, Pool } from "undici";
import type { HttpOptions, OriginSettings } from "./http-options.js";
import { type ProxyRoute, proxyFor } from "./proxy-rule.js";

/** How to reach one origin. */
export interface Route {
  readonly dispatcher: Dispatcher;
  /** Given to the dispatcher with each request. */
  readonly origin: string;
  readonly proxy: ProxyRoute | undefined;
  /** True where the proxy is sent whole URLs instead of being asked for a tunnel. */
  readonly absolute: boolean;
}
export interface OriginDispatchers extends AsyncDisposable {
  readonly route: (url: URL) => Promise<Route>;
}

// An idle connection is kept this long, unless the server states another time.
const KEEP_ALIVE_MS = 15_000;
const DEFAULT_CONNECTIONS = 16;

interface TlsOptions {
  readonly ca?: string[];
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized?: boolean;
}

/** Extra authorities add to the usual roots; naming none leaves Node's default, NODE_EXTRA_CA_CERTS included. */
async function tlsOptions(options: HttpOptions, settings: OriginSettings): Promise<TlsOptions> {
  const extra = [...(options.ca ?? []), ...(settings.ca ?? [])];
  const tls: typeof import("node:tls") & { readonly getCACertificates?: (type: "default") => string[] } =
    await import("node:tls");
  // From Node 22.15 on the default set, with what the environment added, can be read.
  const roots = tls.getCACertificates?.("default") ?? tls.rootCertificates;
  return {
    ...(extra.length > 0 ? { ca: [...roots, ...extra] } : {}),
    ...(settings.cert === undefined ? {} : { cert: settings.cert }),
    ...(settings.key === undefined ? {} : { key: settings.key }),
    ...(settings.insecure ? { rejectUnauthorized: false } : {}),
  };
}

async function openRoute(url: URL, options: HttpOptions): Promise<Route> {
  const settings = options.origins?.(url.origin) ?? {};
  const proxy = proxyFor(url, options.proxies);
  const timeout = options.connectTimeoutMs ?? LIMITS.connectMs;
  const secure = url.protocol === "https:";
  const tls = secure ? await tlsOptions(options, settings) : {};
  const proxyTls = proxy?.origin.startsWith("https:") ? await tlsOptions(options, {}) : {};
  const pool: Pool.Options = {
    connections: settings.concurrency ?? options.concurrencyPerOrigin ?? DEFAULT_CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: LIMITS.headerBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  if (proxy && secure) {
    const { ProxyAgent } = await import("undici");
    const dispatcher = new ProxyAgent({
      ...pool,
      uri: proxy.origin,
      ...(proxy.authorization === undefined ? {} : { token: proxy.authorization }),
      requestTls: { ...tls, timeout },
      proxyTls: { ...proxyTls, timeout },
    });
    return { dispatcher, origin: url.origin, proxy, absolute: false };
  }
  // The pool alone loads in a third of the time of the whole package (27 against 79 ms).
  const { default: PoolOf } = await import("undici/lib/dispatcher/pool.js");
  const origin = proxy?.origin ?? url.origin;
  const dispatcher = new PoolOf(origin, { ...pool, connect: { ...(proxy ? proxyTls : tls), timeout } });
  return { dispatcher, origin, proxy, absolute: proxy !== undefined };
}

/** One pool of connections for each origin, opened at the first request to it. */
export function createOriginDispatchers(options: HttpOptions): OriginDispatchers {
  const routes = new Map<string, Promise<Route>>();
  return {
    route: (url) => {
      const known = routes.get(url.origin);
      if (known) return known;
      const opening = openRoute(url, options);
      routes.set(url.origin, opening);
      opening.catch(() => routes.delete(url.origin));
      return opening;
    },
    [Symbol.asyncDispose]: async () => {
      const open = await Promise.allSettled(routes.values());
      routes.clear();
      await Promise.all(
        open.map((result) => (result.status === "fulfilled" ? result.value.dispatcher.destroy() : undefined)),
      );
    },
  };
}
