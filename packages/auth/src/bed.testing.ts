import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttpClient } from "@bale/http";
import { type AccessNeed, BaleError, type CredentialProvider, type HttpClient, secret } from "@bale/spec";
import { anonymous } from "./anonymous.js";
import { type AuthorizerOptions, createAuthorizer } from "./create-authorizer.js";
import { staticCredentials } from "./static-credentials.js";

export const PULL: AccessNeed = { repository: "acme/app", actions: ["pull"] };
export const PUSH: AccessNeed = { repository: "acme/app", actions: ["push"] };

export interface Bed extends AsyncDisposable {
  readonly origin: string;
  readonly client: HttpClient;
  /** Requests to the token service: method, query or form, and the Authorization header. */
  readonly asked: string[];
  /** Authorization headers that the registry saw. */
  readonly seen: (string | undefined)[];
  readonly logged: string[];
}
export interface BedOptions {
  /** Whether the registry is content with a header. */
  readonly accepts: (header: string | undefined) => boolean;
  readonly challenge?: (origin: string) => string;
  readonly token?: (request: IncomingMessage, response: ServerResponse, count: number) => void;
  readonly provider?: (origin: string) => CredentialProvider;
  readonly authorizer?: Partial<AuthorizerOptions>;
}

export function answerToken(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** A registry with a token service at /token, and a client that uses the authorizer under test. */
export async function bed(options: BedOptions): Promise<Bed> {
  const asked: string[] = [];
  const seen: (string | undefined)[] = [];
  const logged: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://x");
    if (url.pathname === "/token") {
      let form = "";
      for await (const chunk of request) form += chunk;
      const given = decodeURIComponent((form || url.search).replace(/^\?/, ""));
      asked.push(`${request.method} ${given} ${request.headers.authorization ?? "-"}`);
      const plain = (): void => answerToken(response, { token: `t${asked.length}`, expires_in: 300 });
      if (options.token) options.token(request, response, asked.length);
      else plain();
      return;
    }
    seen.push(request.headers.authorization);
    request.resume();
    if (options.accepts(request.headers.authorization)) response.writeHead(200).end("ok");
    else
      response
        .writeHead(401, {
          "www-authenticate":
            options.challenge?.(origin) ??
            `Bearer realm="${origin}/token",service="reg",scope="repository:victim:pull,push,delete"`,
        })
        .end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokens = createHttpClient({ sleep: async () => {}, maxTries: 2 });
  const client = createHttpClient({
    sleep: async () => {},
    authorizer: createAuthorizer({
      provider: options.provider?.(origin) ?? anonymous(),
      http: tokens,
      log: (_level, message, fields) => logged.push(`${message} ${JSON.stringify(fields)}`),
      ...options.authorizer,
    }),
  });
  return {
    origin,
    client,
    asked,
    seen,
    logged,
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await tokens[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const alice = (origin: string): CredentialProvider =>
  staticCredentials({
    origins: origin,
    username: "alice",
    password: secret("p:w s3cr3t"),
    source: "environment",
  });
export const ALICE = `Basic ${Buffer.from("alice:p:w s3cr3t").toString("base64")}`;
export const bearer = (header: string | undefined): boolean => header?.startsWith("Bearer t") ?? false;

/** Asks the registry once and gives the status. */
export async function get(bed: Bed, access: AccessNeed = PULL, signal?: AbortSignal): Promise<number> {
  const answer = await bed.client.request({ method: "GET", url: `${bed.origin}/v2/`, access, signal });
  await answer.discard();
  return answer.status;
}
/** Sends a body, as an upload does, and gives the status. */
export async function put(bed: Bed, access: AccessNeed = PUSH): Promise<number> {
  const body = new TextEncoder().encode("x".repeat(1000));
  const answer = await bed.client.request({ method: "PUT", url: `${bed.origin}/v2/`, access, body });
  await answer.discard();
  return answer.status;
}
export async function failure(promise: Promise<unknown>): Promise<BaleError> {
  const error = await promise.catch((caught: unknown) => caught);
  if (!BaleError.is(error)) throw new Error(`expected a BaleError, got ${String(error)}`);
  return error;
}
/** All that could be shown of an error. */
export function printed(error: BaleError): string {
  return [
    error.message,
    error.why,
    error.fix,
    JSON.stringify(error.context),
    String(error.cause),
    error.stack,
  ].join("\n");
}
