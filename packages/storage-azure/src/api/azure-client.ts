import type {
  BaleError,
  ByteSource,
  CallOptions,
  HttpClient,
  HttpResponse,
  RegistryAction,
} from "@bale/spec";
import type { AzureAccess, FindAccess } from "../access/access-finder.js";
import type { AzureConfig } from "../config.js";
import { refusalOf } from "./refusal.js";
import { signRequest } from "./sign-request.js";

export interface AzureCall extends CallOptions {
  readonly method: "GET" | "HEAD" | "PUT" | "DELETE";
  /** Of a blob; absent: the container itself. */
  readonly name?: string | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: ByteSource | Uint8Array | undefined;
  readonly actions: readonly RegistryAction[];
  /** Statuses that are answers; all others throw. */
  readonly accept: readonly number[];
  readonly onBytes?: ((sent: number) => void) | undefined;
}
export interface AzureClient {
  readonly config: AzureConfig;
  readonly ask: (call: AzureCall) => Promise<HttpResponse>;
  /** The error of an answer that `accept` let through. */
  readonly refusal: (response: HttpResponse, call: AzureCall) => Promise<BaleError>;
}
export interface AzureClientOptions {
  readonly config: AzureConfig;
  readonly http: Pick<HttpClient, "request">;
  readonly findAccess: FindAccess;
  readonly now: () => number;
}

// Emulators of the last years know it, and it has everything that is used here.
const VERSION = "2023-11-03";
/** Statuses whose names say more than they. All others the client repeats where that helps, and names itself. */
const EXPLAINED: readonly number[] = [400, 401, 403, 404, 409, 410, 411, 412, 413, 416];
export const READ: readonly RegistryAction[] = ["pull"];
export const WRITE: readonly RegistryAction[] = ["pull", "push"];

function addressOf(config: AzureConfig, call: AzureCall, access: AzureAccess): URL {
  const path = call.name === undefined ? config.container : `${config.container}/${call.name}`;
  const url = new URL(`${config.endpoint}/${path}`);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  if (access.kind === "signature")
    for (const [name, value] of new URLSearchParams(access.value.reveal())) url.searchParams.set(name, value);
  return url;
}

function authorized(
  call: AzureCall,
  access: AzureAccess,
  url: URL,
  now: number,
  account: string,
): Readonly<Record<string, string>> {
  const headers = { ...call.headers, "x-ms-version": VERSION, "x-ms-date": new Date(now).toUTCString() };
  if (access.kind === "token") return { ...headers, authorization: `Bearer ${access.value.reveal()}` };
  if (access.kind !== "key") return headers;
  const size =
    call.body === undefined ? 0 : call.body instanceof Uint8Array ? call.body.length : call.body.size;
  const key = Buffer.from(access.value.reveal(), "base64");
  return {
    ...headers,
    authorization: signRequest({ method: call.method, url, headers, size, account }, key),
  };
}

const REFUSED: readonly number[] = [401, 403];
const ANONYMOUS: AzureAccess = { kind: "anonymous" };

/** Speaks to the blob service of one account, about one container. */
export function createAzureClient(options: AzureClientOptions): AzureClient {
  const { config, findAccess, http, now } = options;
  const refusal: AzureClient["refusal"] = async (response, call) => {
    const access = await findAccess(call.actions, call.signal);
    const { account, container } = config;
    return refusalOf(response, { account, container, access, now: now() });
  };
  const send = async (call: AzureCall, access: AzureAccess): Promise<HttpResponse> => {
    const url = addressOf(config, call, access);
    return http.request({
      method: call.method,
      url: url.href,
      headers: authorized(call, access, url, now(), config.account),
      body: call.body,
      accept: [...new Set([...call.accept, ...EXPLAINED])],
      // Azure serves its blobs itself: whatever leads elsewhere is not to get a signature.
      follow: false,
      signal: call.signal,
      onBytes: call.onBytes,
    });
  };
  let readsAreOpen = false;
  return {
    config,
    refusal,
    ask: async (call) => {
      const isRead = call.actions === READ;
      const access = isRead && readsAreOpen ? ANONYMOUS : await findAccess(call.actions, call.signal);
      const response = await send(call, access);
      if (call.accept.includes(response.status)) return response;
      const error = await refusal(response, call);
      // A token of another tenant is refused also where nobody in particular may read.
      if (!isRead || access.kind !== "token" || !REFUSED.includes(response.status)) throw error;
      const open = await send(call, ANONYMOUS);
      if (open.status >= 200 && open.status < 300 && call.accept.includes(open.status)) {
        readsAreOpen = true;
        return open;
      }
      await open.discard();
      throw error;
    },
  };
}
