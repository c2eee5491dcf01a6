import { type HttpClient, type HttpRequest, type HttpResponse, LIMITS } from "@bale/spec";
import { AnswerBody } from "./answer-body.js";
import type { Payload } from "./payload.js";

/** What the SDK gives its handler, as far as it is used here. */
export interface SignedRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
export interface SdkAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | AnswerBody;
}
export interface HandlerOptions {
  readonly abortSignal?: unknown;
}
/** The SDK's handler interface. */
export interface SdkHandler {
  readonly metadata: { readonly handlerProtocol: string };
  readonly handle: (
    request: SignedRequest,
    options?: HandlerOptions,
  ) => Promise<{ readonly response: SdkAnswer }>;
  readonly destroy: () => void;
  readonly updateHttpClientConfig: () => void;
  readonly httpHandlerConfigs: () => Record<string, never>;
}

/** Carries a failure of the HTTP client unchanged through the SDK, which writes notes of its own on what it catches. */
export class TransportFailure extends Error {
  override readonly name = "TransportFailure";
  constructor(cause: unknown) {
    super("the request could not be made", { cause });
  }
}

const EVERY_STATUS: readonly number[] = Array.from({ length: 400 }, (_, index) => 200 + index);
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"]);
// The client sets or counts these itself; none of them is needed in the signature.
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "host",
  "content-length",
  "expect",
  "accept-encoding",
  "connection",
]);

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The address of a signed request; its query is encoded as the signature says (RFC 3986). */
export function urlOf(request: SignedRequest): string {
  const query = Object.entries(request.query ?? {}).flatMap(([name, value]) =>
    value === null
      ? [encode(name)]
      : (typeof value === "string" ? [value] : value).map((one) => `${encode(name)}=${encode(one)}`),
  );
  const port = request.port === undefined ? "" : `:${request.port}`;
  const search = query.length === 0 ? "" : `?${query.join("&")}`;
  return `${request.protocol}//${request.hostname}${port}${request.path}${search}`;
}

function bodyOf(body: unknown): Pick<HttpRequest, "body" | "onBytes"> {
  if (body === undefined || body === null || body === "") return {};
  if (typeof body === "string") return { body: new TextEncoder().encode(body) };
  if (body instanceof Uint8Array) return { body };
  if (typeof body === "object" && "sha256" in body)
    return { body: body as Payload, onBytes: (body as Payload).onBytes };
  throw new Error("the SDK sends a kind of body that was not expected");
}

const isObjectBody = (request: SignedRequest, status: number): boolean =>
  request.query?.["x-id"] === "GetObject" && (status === 200 || status === 206);

/** Gateways and proxies in front of a store answer with HTML, which the SDK cannot read; the status alone must do then. */
function readableError(bytes: Uint8Array): Uint8Array {
  const start = new TextDecoder().decode(bytes.subarray(0, 200)).trimStart();
  return /^(?:<\?xml[^>]*>\s*)?<(?:[A-Za-z]+:)?Error(?:Response)?[\s>]/.test(start) || /^[{[]/.test(start)
    ? bytes
    : new Uint8Array();
}

async function bodyFor(request: SignedRequest, answer: HttpResponse): Promise<SdkAnswer["body"]> {
  if (isObjectBody(request, answer.status)) return new AnswerBody(answer.body);
  if (answer.status < 300) return answer.bytes(LIMITS.pageBytes);
  return readableError(await answer.bytes(LIMITS.pageBytes));
}

/**
 * The SDK's requests through bale's own HTTP client, which knows proxies, certificates, time limits and connections. It tries each of them
 * once, follows no redirect, and adds no credential: the SDK signs, and `repeat` tries again with a fresh signature.
 */
export function requestHandler(http: Pick<HttpClient, "request">): SdkHandler {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    handle: async (request, { abortSignal } = {}) => {
      try {
        const { method } = request;
        if (!METHODS.has(method))
          throw new Error(`the SDK uses the method ${method}, which was not expected`);
        const answer = await http.request({
          method: method as "GET",
          url: urlOf(request),
          headers: Object.fromEntries(
            Object.entries(request.headers).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase())),
          ),
          ...bodyOf(request.body),
          signal: abortSignal instanceof AbortSignal ? abortSignal : undefined,
          accept: EVERY_STATUS,
          follow: false,
          tries: 1,
        });
        const headers: Record<string, string> = {};
        for (const [name, value] of Object.entries(answer.headers))
          if (value !== undefined) headers[name] = value;
        return { response: { statusCode: answer.status, headers, body: await bodyFor(request, answer) } };
      } catch (cause) {
        throw new TransportFailure(cause);
      }
    },
    // The HTTP client is the caller's.
    destroy: () => {},
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
}
