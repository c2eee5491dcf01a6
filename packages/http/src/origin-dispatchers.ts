/// <reference path="./undici-pool.d.ts" />
import { createHash } from "node:crypto";
import { type AccessNeed, LIMITS } from "@bale/spec";
import type { Dispatcher, Pool } from "undici";
import type { HttpOptions, OriginSettings, TrustRoots } from "./http-options.js";
import { connectionOpener } from "./open-connection.js";
import { type ProxyRoute, proxyFor } from "./proxy-rule.js";
import { tlsSettings } from "./tls-settings.js";
import type { RateLimit } from "./token-bucket.js";

/** How to reach one origin. */
export interface Route {
  readonly dispatcher: Dispatcher;
  /** Given to the dispatcher with each request. */
  readonly origin: string;
  readonly proxy: ProxyRoute | undefined;
  /** True where the proxy is sent whole URLs instead of being asked for a tunnel. */
  readonly absolute: boolean;
}
export interface Way {
  readonly route: Route;
  readonly rateLimit: RateLimit | undefined;
}
export interface OriginDispatchers extends AsyncDisposable {
  /** `access`: what is needed there; absent where the request was not meant for this origin. */
  readonly way: (url: URL, access?: AccessNeed | undefined) => Promise<Way>;
}

// An idle connection is kept this long, unless the server states another time.
const KEEP_ALIVE_MS = 15_000;
const DEFAULT_CONNECTIONS = 16;

interface RouteInput {
  readonly url: URL;
  readonly settings: OriginSettings;
  readonly options: HttpOptions;
  readonly roots: () => TrustRoots;
}

async function openRoute({ url, settings, options, roots }: RouteInput): Promise<Route> {
  const proxy = proxyFor(url, options.proxies);
  const timeout = options.connectTimeoutMs ?? LIMITS.connectMs;
  const secure = url.protocol === "https:";
  const { ca = [] } = options;
  const tls = secure ? await tlsSettings({ origin: url.origin, settings, ca, roots: roots() }) : {};
  // The proxy is an origin of its own: what is set for the host behind it is none of its business.
  const proxyTls = proxy?.origin.startsWith("https:")
    ? await tlsSettings({ origin: proxy.origin, settings: {}, ca, roots: roots() })
    : {};
  const pool: Pool.Options = {
    connections: settings.concurrency ?? options.concurrencyPerOrigin ?? DEFAULT_CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: LIMITS.headerBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  if (proxy && secure) {
    // Of a CommonJS package in a bundle, a late import has the default export alone.
    const { default: undici } = await import("undici");
    const dispatcher = new undici.ProxyAgent({
      ...pool,
      uri: proxy.origin,
      // A proxy that says nothing to CONNECT would be waited for five minutes: no request has begun that could go silent.
      clientFactory: (origin, options) => new undici.Pool(origin, { ...options, headersTimeout: timeout }),
      ...(proxy.authorization === undefined ? {} : { token: proxy.authorization }),
      requestTls: { ...tls, timeout },
      proxyTls: { ...proxyTls, timeout },
    });
    return { dispatcher, origin: url.origin, proxy, absolute: false };
  }
  // The pool alone loads in a third of the time of the whole package (27 against 79 ms).
  const { default: PoolOf } = await import("undici/lib/dispatcher/pool.js");
  const { default: build } = await import("undici/lib/core/connect.js");
  const origin = proxy?.origin ?? url.origin;
  const connect = connectionOpener(build, { ...(proxy ? proxyTls : tls), timeout });
  const dispatcher = new PoolOf(origin, { ...pool, connect });
  return { dispatcher, origin, proxy, absolute: proxy !== undefined };
}

/** What connections have to have in common: whoever shares one is taken for the same by the server. */
function identityOf(settings: OriginSettings): string {
  const { insecure = false, ca = [], cert = "", key = "", concurrency = 0 } = settings;
  return createHash("sha256")
    .update(JSON.stringify([insecure, ca, cert, key, concurrency]))
    .digest("base64");
}

/** One pool of connections for each origin and set of TLS settings, opened at the first request that needs it. */
export function createOriginDispatchers(options: HttpOptions): OriginDispatchers {
  const routes = new Map<string, Promise<Route>>();
  const identities = new WeakMap<OriginSettings, string>();
  let known: TrustRoots | undefined;
  const roots = (): TrustRoots => {
    known ??= options.roots?.() ?? {};
    return known;
  };
  const identify = (settings: OriginSettings): string => {
    const identity = identities.get(settings) ?? identityOf(settings);
    identities.set(settings, identity);
    return identity;
  };
  const routeOf = (url: URL, settings: OriginSettings): Promise<Route> => {
    const key = `${url.origin} ${identify(settings)}`;
    const open = routes.get(key);
    if (open) return open;
    const opening = openRoute({ url, settings, options, roots });
    routes.set(key, opening);
    opening.catch(() => routes.delete(key));
    return opening;
  };
  return {
    way: async (url, access) => {
      const settings = options.origins?.(url.origin, access) ?? {};
      return { route: await routeOf(url, settings), rateLimit: settings.rateLimit };
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
