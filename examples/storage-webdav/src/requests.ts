import type { CallOptions, HttpRequest, HttpResponse, PluginContext } from "@bale/spec";

/** Requests to one collection, signed in with what the user has for its server. */
export interface Requests {
  readonly send: (
    method: HttpRequest["method"],
    path: string,
    options?: CallOptions & Omit<Partial<HttpRequest>, "method" | "url">,
  ) => Promise<HttpResponse>;
  readonly urlOf: (path: string) => string;
}

export function createRequests(base: string, { credentials, http }: PluginContext): Requests {
  const { origin } = new URL(base);
  const urlOf = (path: string): string => `${base}/${path}`;
  /** The host hands out credentials for the origins in this plugin's own configuration, and for no other. */
  async function authorization(options: CallOptions): Promise<Record<string, string>> {
    const credential = await credentials.resolve({ origin, actions: ["pull", "push"] }, options);
    if (credential?.kind === "bearer") return { authorization: `Bearer ${credential.token.reveal()}` };
    if (credential?.kind !== "basic") return {};
    const pair = `${credential.username}:${credential.password.reveal()}`;
    return { authorization: `Basic ${Buffer.from(pair, "utf8").toString("base64")}` };
  }
  return {
    urlOf,
    send: async (method, path, { headers, ...options } = {}) =>
      http.request({
        ...options,
        method,
        url: urlOf(path),
        headers: { ...(await authorization({ signal: options.signal })), ...headers },
      }),
  };
}
