import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttpClient } from "@bale/http";
import type { HttpClient } from "@bale/spec";

/** One request as it was made, before it was led to the local server. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As UTF-8. */
  readonly body: string;
  readonly bytes: Uint8Array;
}
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes as they are, anything else as JSON. */
  readonly body?: unknown;
  /** Ends the connection in place of an answer, or with half of the body sent. */
  readonly broken?: "before" | "during";
}
export interface Cloud extends AsyncDisposable {
  /** Takes every request to the local server, whichever host it is for, over real HTTP. */
  readonly http: HttpClient;
  readonly asked: Asked[];
}

function encoded(body: unknown): Buffer {
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const { "x-test-url": url, ...headers } = request.headers;
  return {
    method: request.method ?? "",
    url: String(url),
    headers: headers as Asked["headers"],
    body: bytes.toString("utf8"),
    bytes,
  };
}

function answer(response: ServerResponse, isHead: boolean, reply: Reply): void {
  const { status = 200, headers = {}, body = {}, broken } = reply;
  if (broken === "before") return void response.destroy();
  const bytes = encoded(body);
  const mayHaveBody = !isHead && status !== 204 && status !== 304;
  response.writeHead(status, {
    "content-type": "application/json",
    ...(mayHaveBody ? { "content-length": String(bytes.length) } : {}),
    ...headers,
  });
  if (broken === "during")
    return void response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  response.end(mayHaveBody ? bytes : undefined);
}

/** A cloud on this machine: `reply` answers for all hosts, and every request is kept. */
export async function cloud(reply: (asked: Asked, count: number) => Reply | Promise<Reply>): Promise<Cloud> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const serve = async (): Promise<void> => {
      const one = await read(request);
      asked.push(one);
      answer(response, one.method === "HEAD", await reply(one, asked.length));
    };
    // A client that hangs up while it sends is what some tests are about.
    serve().catch(() => response.destroy());
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
