import type {
  AccessNeed,
  HttpClient,
  HttpRequest,
  HttpResponse,
  RegistryAction,
  RemoteLimits,
} from "@bale/spec";
import type { Log } from "./registry-options.js";
import type { RegistryProfile } from "./registry-profile.js";

/** One repository of a registry as its requests see it. */
export interface RegistryExchange {
  readonly registry: string;
  readonly repository: string;
  readonly origin: string;
  readonly http: HttpClient;
  readonly limits: RemoteLimits;
  readonly profile: RegistryProfile;
  readonly log: Log;
  readonly tries: number;
  readonly pauseMs: number;
}
export interface ExchangeRequest extends Omit<HttpRequest, "url" | "access"> {
  /** Below `/v2/<repository>/`, or a whole URL that the registry gave. */
  readonly target: string | URL;
  readonly actions: readonly RegistryAction[];
  readonly alsoPull?: readonly string[] | undefined;
}

/** The URL of something in the repository. */
export function repositoryUrl(exchange: RegistryExchange, path: string): URL {
  return new URL(`/v2/${exchange.repository}/${path}`, exchange.origin);
}

/** Sends a request with the access it needs; another origin than the registry's is never asked with the registry's access. */
export function send(exchange: RegistryExchange, request: ExchangeRequest): Promise<HttpResponse> {
  const { target, actions, alsoPull, ...rest } = request;
  const url = typeof target === "string" ? repositoryUrl(exchange, target) : target;
  const access: AccessNeed = {
    repository: exchange.repository,
    actions,
    ...(alsoPull ? { alsoPull } : {}),
  };
  const own = url.origin === new URL(exchange.origin).origin;
  return exchange.http.request({ ...rest, url: url.href, ...(own ? { access } : {}) });
}

/** For messages: `registry/repository`. */
export function exchangeName(exchange: RegistryExchange): string {
  return `${exchange.registry}/${exchange.repository}`;
}
