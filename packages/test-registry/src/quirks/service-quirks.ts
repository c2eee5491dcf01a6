/** Answers of 429. The count begins anew whenever this is set. */
export interface RateLimit {
  /** Requests that pass first. Default 0. */
  readonly allowed?: number;
  /** Requests that are refused after them; then all pass. Default: all. */
  readonly refused?: number;
  /** Retry-After: a number is seconds, a Date an HTTP date, a string is sent as it stands. Default: no header. */
  readonly retryAfter?: number | Date | string;
  /** Plain text instead of an OCI error body, as Docker Hub. */
  readonly plainText?: boolean;
}

/** How the service as a whole differs from the clean registry. */
export interface ServiceQuirks {
  readonly rateLimit: RateLimit | undefined;
  /** Sent as `Warning: 299 - "<text>"` with each answer. */
  readonly warning: string | undefined;
  /** Pushing to a repository that the store does not have: 404 NAME_UNKNOWN, or the connection is cut (ECR). */
  readonly unknownRepositoryPush: "created" | "not-found" | "connection-cut";
  /** Every write is 405 UNSUPPORTED. */
  readonly readOnly: boolean;
  /** Requests that one connection serves before it is closed (a small proxy in front). */
  readonly requestsPerConnection: number | undefined;
}

export const cleanService: ServiceQuirks = {
  rateLimit: undefined,
  warning: undefined,
  unknownRepositoryPush: "created",
  readOnly: false,
  requestsPerConnection: undefined,
};
