import type { AccessNeed } from "@bale/spec";

export interface AuthorizeInput {
  /** Scheme, host and port that the header would go to; never another. */
  readonly origin: string;
  readonly access?: AccessNeed | undefined;
  /** The request has a body: a header that ends on the way would cost sending it twice. */
  readonly sendsBody?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}
export interface ChallengeInput extends AuthorizeInput {
  readonly status: number;
  /** The header as received; several header lines are joined by ", ". */
  readonly wwwAuthenticate: string | undefined;
  /** The Authorization value that was refused, if one was sent. */
  readonly sent: string | undefined;
}

/**
 * The port through which a request gets its `Authorization` header. `@bale/auth` implements it.
 * It is asked only for requests that state an `access`, and only for the origin of the request's own URL, never after a redirect elsewhere.
 */
export interface Authorizer {
  /** The value of the `Authorization` header, or `undefined` to ask without one. */
  readonly authorize: (input: AuthorizeInput) => Promise<string | undefined>;
  /** Told of a 401. `true`: something new is there, so the request is sent once more, with a fresh `authorize`. */
  readonly challenge: (input: ChallengeInput) => Promise<boolean>;
  /** As whom the last header was made, for messages: source and user name, never a secret. Example: `alice (environment)`. */
  readonly identity?: ((input: AuthorizeInput) => string | undefined) | undefined;
}
