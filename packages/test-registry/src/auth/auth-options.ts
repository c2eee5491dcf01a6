import type { ListenerName } from "../request-record.js";

/** Who may do what, and how a client learns of it. May be changed while the registry runs. */
export interface AuthOptions {
  readonly scheme: "basic" | "bearer";
  /** Passwords by user name. Default: nobody. */
  readonly users?: Readonly<Record<string, string>>;
  /** Requests without credentials may read; with `bearer` they still need an anonymous token. Default false. */
  readonly anonymousPull?: boolean;
  /**
   * Scopes never granted, matched against `repository:<name>:<action>` or `registry:catalog:*`. A token is then issued with less than was
   * asked for; under `basic` the answer is 403.
   */
  readonly deny?: RegExp;
  /** Every request of the API is 401 with a challenge, whatever it carries. Default false. */
  readonly endless?: boolean;
  /** Refresh tokens (identity tokens) that exist from the start: user name by token. */
  readonly refreshTokens?: Readonly<Record<string, string>>;
  /** Default `test-registry`. */
  readonly service?: string;
  /** The realm of the challenge. Default: `/token` of `tokenListener`. */
  readonly realm?: string;
  /** Default `registry`. */
  readonly tokenListener?: ListenerName;
  /** Seconds that a token lasts, 0 included. Default 300. */
  readonly tokenSeconds?: number;
  /** Leaves `expires_in` out of the token's answer. Default false. */
  readonly expiryHidden?: boolean;
  /** The field that holds the token. Default `both`. */
  readonly tokenField?: "token" | "access_token" | "both" | "neither";
  /** Methods that the token endpoint takes; others are 405. Default both. */
  readonly tokenMethods?: readonly ("GET" | "POST")[];
  /** Of several scope parameters only the last counts (an old GitLab). Default false. */
  readonly onlyLastScope?: boolean;
  /** The token endpoint fails so many times (0: always) with this status and body. The count begins anew when options are changed. */
  readonly tokenFailure?: {
    readonly times: number;
    readonly status: number;
    readonly body?: string;
    readonly retryAfter?: string;
  };
  /** The token endpoint answers this text with 200. */
  readonly tokenBody?: string;
  /** The token endpoint answers later. */
  readonly tokenDelayMilliseconds?: number;
}

/** One request to the token endpoint. Holds no secret. */
export interface TokenRequest {
  readonly method: string;
  readonly service: string;
  /** As asked, split into one `type:name:actions` each. */
  readonly scopes: readonly string[];
  /** `anonymous` when there were no credentials; the user name as claimed, right or wrong. */
  readonly user: string;
  readonly grantType?: string;
  readonly status: number;
}

/** Changes access while the registry runs. */
export interface AuthControl {
  /** Token requests in the order of their answers. */
  readonly asked: readonly TokenRequest[];
  clearAsked(): void;
  /** Changes some options; `undefined` as a whole lifts authentication. */
  configure(change: Partial<AuthOptions> | undefined): void;
  /** All tokens issued so far are refused from now on. */
  revokeTokens(): void;
  /** All refresh tokens, given or issued, are refused from now on. */
  revokeRefreshTokens(): void;
}
