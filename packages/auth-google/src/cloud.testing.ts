import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttpClient } from "@bale/http";
import { BaleError, type HttpClient } from "@bale/spec";

/** One request as it was made, before it was led to the local server. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
export interface Cloud extends AsyncDisposable {
  /** Takes every request to the local server, whichever host it is for, over real HTTP. */
  readonly http: HttpClient;
  readonly asked: Asked[];
}

/** A cloud on this machine: `reply` answers for all hosts, and every request is kept. */
export async function cloud(reply: (asked: Asked, count: number) => Reply | Promise<Reply>): Promise<Cloud> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { "x-test-url": url, ...headers } = request.headers;
    const one = {
      method: request.method ?? "",
      url: String(url),
      headers: headers as Asked["headers"],
      body,
    };
    asked.push(one);
    const { status = 200, headers: sent = {}, body: answer = {} } = await reply(one, asked.length);
    response
      .writeHead(status, { "content-type": "application/json", ...sent })
      .end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createHttpClient({ sleep: async () => {}, maxTries: 2 });
  return {
    asked,
    http: {
      request: (request) => {
        const { pathname, search } = new URL(request.url);
        return client.request({
          ...request,
          url: `${origin}${pathname}${search}`,
          headers: { ...request.headers, "x-test-url": request.url },
        });
      },
      [Symbol.asyncDispose]: async () => {},
    },
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function failure(promise: Promise<unknown>): Promise<BaleError> {
  const error = await promise.catch((caught: unknown) => caught);
  if (!BaleError.is(error)) throw new Error(`expected a BaleError, got ${String(error)}`);
  return error;
}

/** All that could be shown of an error and its causes. */
export function printed(error: BaleError): string {
  const own = [error.message, error.why, error.fix, JSON.stringify(error.context), error.stack].join("\n");
  return BaleError.is(error.cause) ? `${own}\n${printed(error.cause)}` : `${own}\n${String(error.cause)}`;
}
