import type { AccessNeed } from "@bale/spec";
import type { Authorizer } from "./authorizer.js";
import type { HostPacer } from "./host-pacer.js";
import type { RateLimit } from "./token-bucket.js";

/** What the user has set for one origin, or for a part of it. */
export interface OriginSettings {
  /** Skips verification of the server's certificate. Has nothing to do with plain http. */
  readonly insecure?: boolean | undefined;
  /** PEM certificates that are trusted beside the usual roots. */
  readonly ca?: readonly string[] | undefined;
  /** PEM client certificate and its key. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Most connections at once to this origin. */
  readonly concurrency?: number | undefined;
  /** Requests that may go there. */
  readonly rateLimit?: RateLimit | undefined;
}
/** PEM certificates of authorities. */
export interface TrustRoots {
  /** What counts in place of Node's own roots. An empty list trusts nobody. */
  readonly instead?: readonly string[] | undefined;
  /** What the environment added to Node's roots (NODE_EXTRA_CA_CERTS), for versions of Node that cannot be asked for it. */
  readonly extra?: readonly string[] | undefined;
}
/** As in the environment variables of the same names. URLs may hold a user and a password, which only the proxy ever sees. */
export interface ProxySettings {
  readonly httpProxy?: string | undefined;
  readonly httpsProxy?: string | undefined;
  /** Comma-separated: `*`, a host, `.suffix`, `host:port`, an address or a CIDR block. Loopback hosts are never proxied. */
  readonly noProxy?: string | undefined;
}
export interface RetryEvent {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** The try that failed, from 1. */
  readonly attempt: number;
  readonly delayMs: number;
  /** One line, safe to print. */
  readonly reason: string;
}
export interface HttpOptions {
  readonly authorizer?: Authorizer | undefined;
  /**
   * Settings of an origin. `access` is what the request needs there, absent for redirects elsewhere and token services: connections that were
   * made with one client certificate, or one set of authorities, serve no request with another.
   */
  readonly origins?: ((origin: string, access?: AccessNeed) => OriginSettings) | undefined;
  readonly userAgent?: string | undefined;
  /** Tries of one request, the first included. Default 5. */
  readonly maxTries?: number | undefined;
  /** Default 10 seconds. */
  readonly connectTimeoutMs?: number | undefined;
  /** Longest time without a byte up or down while the network is what is waited for. Default 60 seconds. */
  readonly silenceMs?: number | undefined;
  /** Most connections at once to one origin. Default 16. */
  readonly concurrencyPerOrigin?: number | undefined;
  /** PEM certificates that are trusted beside the usual roots, for every origin. */
  readonly ca?: readonly string[] | undefined;
  /** Asked once, before the first connection that is secured. Default: Node's own. */
  readonly roots?: (() => TrustRoots) | undefined;
  /** Shared by clients that speak to the same hosts. Default: one of its own. */
  readonly pacer?: HostPacer | undefined;
  readonly proxies?: ProxySettings | undefined;
  /** From 0 up to, but not including, 1. */
  readonly random?: (() => number) | undefined;
  /** Must reject when the signal aborts. */
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
  /** Monotonic milliseconds, for limits of the rate. */
  readonly now?: (() => number) | undefined;
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
  /** Text of a `Warning: 299` header, escaped for terminals; each text once for a client. */
  readonly onWarning?: ((text: string) => void) | undefined;
}
