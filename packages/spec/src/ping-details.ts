import type { ErrorCode } from "./error-code.js";

/** Who vouches for a server's certificate. */
export type TrustedBy =
  /** The roots that Node brings along. */
  | "bundled"
  /** The roots of the operating system. */
  | "system"
  /** What NODE_EXTRA_CA_CERTS names. */
  | "extra"
  /** An authority that the user has named to bale, or that the environment has. */
  | "named"
  /** Nobody: the certificate was not accepted, and the connection goes on only because verification is skipped. */
  | "nobody";

/** What a secured connection showed. */
export interface TlsFacts {
  /** `TLSv1.3` */
  readonly protocol: string;
  /** Of the server's certificate; the common name, or the first name that it is for. */
  readonly subject: string;
  readonly issuer: string;
  readonly validTo: Date;
  readonly trustedBy: TrustedBy;
  /** What is wrong with the certificate, where it was not accepted. */
  readonly problem?: string | undefined;
}

export interface PingFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly why?: string | undefined;
  readonly fix?: string | undefined;
}

/**
 * - `ready`: a registry that lets the user in, or everybody.
 * - `refused`: it wants credentials and got none, or did not accept them.
 * - `unreachable`: no connection, no accepted certificate, no answer in time, or a failing server.
 * - `no-registry`: something answers that is none.
 */
export type PingVerdict = "ready" | "refused" | "unreachable" | "no-registry";

/** What a registry showed of itself while it was asked. Holds no secret. */
export interface PingDetails {
  readonly verdict: PingVerdict;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Absent for plain http, and where no connection of this origin was seen, as behind a proxy for plain http. */
  readonly tls?: TlsFacts | undefined;
  /** `Docker-Distribution-Api-Version` */
  readonly apiVersion?: string | undefined;
  /** What it asks for; absent where it did not answer. */
  readonly asks?: "nothing" | "basic" | "token" | "other" | undefined;
  /** Host of the token service, for registries that ask for a token. */
  readonly tokenService?: string | undefined;
  /** As whom it let the user in: user name and source. Absent: anonymously. */
  readonly identity?: string | undefined;
  /** Milliseconds of the first request, connecting included, and of one more over the same connection. */
  readonly firstMs?: number | undefined;
  readonly warmMs?: number | undefined;
  /** Absent with `ready`. */
  readonly failure?: PingFailure | undefined;
}
