export interface TlsProblem {
  readonly why: string;
  readonly fix: string;
}

const CLOCK = "ask the server's operator to renew it, and check this machine's clock";
const TRUST = "name the authority's certificate with --ca-file, if you trust it";

const PROBLEMS: Readonly<Record<string, TlsProblem>> = {
  CERT_HAS_EXPIRED: { why: "the server's certificate has expired", fix: CLOCK },
  CERT_NOT_YET_VALID: { why: "the server's certificate is not valid yet", fix: CLOCK },
  CERT_REVOKED: { why: "the server's certificate was revoked", fix: "ask the server's operator" },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    why: "the server's certificate is for another name",
    fix: "use the name that the certificate states",
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: { why: "the server's certificate is signed by itself", fix: TRUST },
  SELF_SIGNED_CERT_IN_CHAIN: {
    why: "the certificate comes from an authority that is not trusted here",
    fix: TRUST,
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    why: "the certificate comes from an authority that is not trusted here, or the server does not send the whole chain",
    fix: TRUST,
  },
  UNABLE_TO_GET_ISSUER_CERT: {
    why: "the certificate comes from an authority that is not trusted here",
    fix: TRUST,
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    why: "the certificate comes from an authority that is not trusted here",
    fix: TRUST,
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    why: "the server does not speak TLS on this port",
    fix: "if it is meant to be reached without TLS, say so with --plain-http",
  },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: {
    why: "the server does not speak TLS on this port",
    fix: "if it is meant to be reached without TLS, say so with --plain-http",
  },
};

const CLIENT_CERTIFICATE =
  /CERTIFICATE_REQUIRED|ALERT_(?:HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/;

const WANTS_CERTIFICATE: TlsProblem = {
  why: "the server wants a client certificate, or refused the one it got",
  fix: "name one with --cert-file and --key-file",
};
// Pages of nginx and of Go's server, which answer 400 over a connection that is not the one they want.
const PAGES: readonly (readonly [RegExp, TlsProblem])[] = [
  [/No required SSL certificate was sent|The SSL certificate error/, WANTS_CERTIFICATE],
  [
    /plain HTTP request was sent to HTTPS port|Client sent an HTTP request to an HTTPS server/,
    {
      why: "the server speaks TLS on this port",
      fix: "leave --plain-http and plainHttp out, or set plainHttp: false for it",
    },
  ],
];

/** What the page of a refusal says about the connection, or `undefined`. */
export function tlsProblemIn(page: string): TlsProblem | undefined {
  return PAGES.find(([words]) => words.test(page))?.[1];
}

/** What is wrong with a TLS connection, by the code that Node or OpenSSL gave, or `undefined` for codes that are not about TLS. */
export function tlsProblem(code: string): TlsProblem | undefined {
  if (Object.hasOwn(PROBLEMS, code)) return PROBLEMS[code];
  if (CLIENT_CERTIFICATE.test(code)) return WANTS_CERTIFICATE;
  if (/^(?:ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|UNABLE_TO_)/.test(code))
    return { why: `the TLS handshake failed (${code})`, fix: "check the server's TLS settings" };
  return undefined;
}
