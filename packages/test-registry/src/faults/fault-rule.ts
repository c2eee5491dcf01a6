import type { ListenerName } from "../request-record.js";

/** The request that a rule met. */
export interface FaultHit {
  readonly method: string;
  /** Path with the query. */
  readonly path: string;
  /** Which of the rule's matching requests this is, from 1, skipped ones included. */
  readonly count: number;
}

/** What goes wrong. Offsets and counts are in bytes of the body; an answer to HEAD has none. */
export type FaultAction =
  /** Another answer; the registry does nothing. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    }
  /** 404 with an OCI error; the registry does nothing. Without `code`, the one that fits the path. */
  | { readonly kind: "gone"; readonly code?: string }
  /** A redirect; the registry does nothing. Default status 307. */
  | {
      readonly kind: "redirect";
      readonly location: string | ((hit: FaultHit) => string);
      readonly status?: number;
    }
  /** The connection is reset when the request's head has arrived; the registry does nothing. */
  | { readonly kind: "reset" }
  /** The connection is reset after the registry took this many bytes of the request's body. */
  | { readonly kind: "reset-upload"; readonly afterBytes: number }
  /** The connection is reset after this many bytes of the answer's body. */
  | { readonly kind: "reset-download"; readonly afterBytes: number }
  /** The whole answer is sent, then the connection is reset. */
  | { readonly kind: "reset-after" }
  /** The registry does the work; the connection is cut instead of an answer. */
  | { readonly kind: "lost-answer" }
  /**
   * The answer ends after this many bytes. With `length: "kept"` (the default) Content-Length still promises all of them and the connection
   * ends; with `"adjusted"` the short answer looks whole.
   */
  | { readonly kind: "truncate"; readonly bytes: number; readonly length?: "kept" | "adjusted" }
  /** One bit of the answer is turned. Default: the lowest of the middle byte. */
  | { readonly kind: "corrupt"; readonly offset?: number }
  /** So many zero bytes follow the answer, with a fitting Content-Length. */
  | { readonly kind: "extra"; readonly bytes: number }
  /** Other bytes in place of the answer's body. */
  | {
      readonly kind: "replace";
      readonly body: string | Uint8Array | ((original: Buffer) => string | Uint8Array);
    }
  /** The answer halts after so many bytes (default 0: before its head), for so long, then goes on. Default: until the registry is closed. */
  | { readonly kind: "stall"; readonly milliseconds?: number; readonly afterBytes?: number }
  /** The answer's body trickles. */
  | { readonly kind: "slow"; readonly bytesPerSecond: number }
  /** Headers of the answer are set or removed. A name in `set` replaces what is there. */
  | {
      readonly kind: "headers";
      readonly set?: Readonly<Record<string, string>>;
      readonly remove?: readonly string[];
    }
  /** The registry begins its work later. */
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** A hook runs, before the registry's work or between work and answer; the request goes on when it has ended. */
  | {
      readonly kind: "run";
      readonly run: (hit: FaultHit) => void | Promise<void>;
      readonly when?: "before" | "after";
    };

/** Which requests are met by which fault. All rules that match a request act, in the order of their adding. */
export interface FaultRule {
  /** Default: every method. */
  readonly method?: string | readonly string[];
  /** Tried against the path with its query. Default: every path. */
  readonly path?: RegExp;
  /** Default: the registry's own listener. */
  readonly listener?: ListenerName;
  /** Matching requests that pass first. Default 0. */
  readonly skip?: number;
  /** Matching requests that are met after them; 0 is all. Default 1. */
  readonly times?: number;
  readonly action: FaultAction;
}

/** A rule in force. */
export interface FaultHandle {
  /** Requests that the rule acted upon. */
  readonly hits: number;
  remove(): void;
}
