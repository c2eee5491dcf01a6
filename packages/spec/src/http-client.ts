import type { ByteSource, ByteStream, CallOptions } from "./bytes.js";
import type { RegistryAction } from "./credentials.js";

/** What a request needs to be allowed to do; the authorizer turns it into a header for that origin only. */
export interface AccessNeed {
  readonly repository?: string | undefined;
  readonly actions: readonly RegistryAction[];
  /** Further repositories of the same registry that must be readable (mounts). */
  readonly alsoPull?: readonly string[] | undefined;
  /** The list of all repositories is wanted. */
  readonly catalog?: boolean | undefined;
}
export interface HttpRequest extends CallOptions {
  /** The last three are those of WebDAV (RFC 4918). */
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "PATCH" | "DELETE" | "MKCOL" | "MOVE" | "PROPFIND";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent with a Content-Length. A source can be opened again, so that a retry or a fresh token can send it once more. */
  readonly body?: ByteSource | Uint8Array | undefined;
  readonly access?: AccessNeed | undefined;
  /** Whether a failed try may be repeated; default: GET, HEAD, PUT, DELETE and PROPFIND. */
  readonly idempotent?: boolean | undefined;
  /** Statuses that are answers; all others throw a classified error after retries. Default: 200-299. */
  readonly accept?: readonly number[] | undefined;
  /** Absolute count of body bytes sent in this try. */
  readonly onBytes?: ((sent: number) => void) | undefined;
  /** Whether redirects are followed (GET and HEAD only). Default true. */
  readonly follow?: boolean | undefined;
  readonly tries?: number | undefined;
}
export interface HttpResponse {
  readonly status: number;
  /** The URL that answered, after redirects. Its query may hold a signature: never print it unredacted. */
  readonly url: string;
  /** Lower-case names; a repeated header is joined by ", ". */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As whom it was asked for: user name and source, never a secret. Absent where nobody's credentials were used. */
  readonly identity?: string | undefined;
  /** Must be read to the end, broken out of, or dumped by `discard`. */
  readonly body: ByteStream;
  /** At most `maxBytes`. @throws BaleError `LIMIT` */
  readonly bytes: (maxBytes: number) => Promise<Uint8Array>;
  readonly discard: () => Promise<void>;
}
/** Retries with full jitter and Retry-After, idle time-outs, our own redirect loop that drops credentials, and bounded answers. */
export interface HttpClient extends AsyncDisposable {
  readonly request: (request: HttpRequest) => Promise<HttpResponse>;
}
