import type { Authorizer } from "./authorizer.js";

/** What the user has set for one origin. */
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
  readonly origins?: ((origin: string) => OriginSettings) | undefined;
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
  readonly proxies?: ProxySettings | undefined;
  /** From 0 up to, but not including, 1. */
  readonly random?: (() => number) | undefined;
  /** Must reject when the signal aborts. */
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
  /** Text of a `Warning: 299` header, escaped for terminals; each text once for a client. */
  readonly onWarning?: ((text: string) => void) | undefined;
}
