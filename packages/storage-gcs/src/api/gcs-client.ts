import type {
  BaleError,
  ByteSource,
  CallOptions,
  HttpClient,
  HttpResponse,
  RegistryAction,
} from "@bale/spec";
import type { FindAccess } from "../access/access-finder.js";
import type { GcsConfig } from "../config.js";
import { refusalOf } from "./refusal.js";

export interface GcsCall extends CallOptions {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** Below the endpoint, as `objectPath` and `uploadPath` make them; or the whole address of an upload session. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: ByteSource | Uint8Array | undefined;
  /** Absent: the address itself is what allows the request, and no token goes along. */
  readonly actions?: readonly RegistryAction[] | undefined;
  /** Statuses that are answers; all others throw. */
  readonly accept: readonly number[];
  readonly onBytes?: ((sent: number) => void) | undefined;
  /** Tries of the one request; default: as many as the client makes. */
  readonly tries?: number | undefined;
}
export interface GcsClient {
  readonly config: GcsConfig;
  readonly ask: (call: GcsCall) => Promise<HttpResponse>;
  /** The error of an answer that `accept` let through. */
  readonly refusal: (response: HttpResponse, call: GcsCall) => Promise<BaleError>;
}
export interface GcsClientOptions {
  readonly config: GcsConfig;
  readonly http: Pick<HttpClient, "request">;
  readonly findAccess: FindAccess;
  readonly now: () => number;
}

/** Statuses whose reasons say more than they. All others the client repeats where that helps, and names itself. */
const EXPLAINED: readonly number[] = [400, 401, 403, 404, 409, 410, 411, 412, 413, 416];
export const READ: readonly RegistryAction[] = ["pull"];
export const WRITE: readonly RegistryAction[] = ["pull", "push"];

/** Of one object, or of all in a bucket. */
export function objectPath({ bucket }: Pick<GcsConfig, "bucket">, name?: string): string {
  return `/storage/v1/b/${bucket}/o${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
}
export function uploadPath({ bucket }: Pick<GcsConfig, "bucket">): string {
  return `/upload/storage/v1/b/${bucket}/o`;
}

/** Speaks to the JSON API of Cloud Storage, about one bucket. */
export function createGcsClient({ config, findAccess, http, now }: GcsClientOptions): GcsClient {
  const refusal: GcsClient["refusal"] = async (response, call) => {
    const access = await findAccess(call.actions ?? WRITE, call.signal);
    return refusalOf(response, {
      bucket: config.bucket,
      anonymous: access.kind === "anonymous",
      now: now(),
    });
  };
  return {
    config,
    refusal,
    ask: async (call) => {
      const access = call.actions && (await findAccess(call.actions, call.signal));
      const url = new URL(call.path, config.endpoint);
      for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
      const response = await http.request({
        method: call.method,
        url: url.href,
        headers: {
          ...call.headers,
          ...(access?.kind === "token" ? { authorization: `Bearer ${access.value.reveal()}` } : {}),
        },
        body: call.body,
        accept: [...new Set([...call.accept, ...EXPLAINED])],
        // All writes say that there must be nothing yet, so that asking twice does no harm.
        idempotent: true,
        // Whatever leads elsewhere is not to get a token.
        follow: false,
        signal: call.signal,
        onBytes: call.onBytes,
        tries: call.tries,
      });
      if (call.accept.includes(response.status)) return response;
      throw await refusal(response, call);
    },
  };
}
