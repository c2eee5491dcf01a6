import { once } from "node:events";
import { createServer, request as send } from "node:http";
import { pipeline } from "node:stream/promises";

export interface ManglingGateway extends AsyncDisposable {
  /** "http://127.0.0.1:PORT" */
  readonly url: string;
}

/** What a gateway stores that does not understand framed uploads: the frames. */
export function framed(body: Buffer): Buffer {
  const signature = `;chunk-signature=${"0".repeat(64)}\r\n`;
  return Buffer.concat([
    Buffer.from(`${body.length.toString(16)}${signature}`),
    body,
    Buffer.from(`\r\n0${signature}\r\n`),
  ]);
}

/** As long as before, with one bit turned. */
export function flipped(body: Buffer): Buffer {
  const other = Buffer.from(body);
  if (other.length > 0) other.writeUInt8(other.readUInt8(0) ^ 1, 0);
  return other;
}

/** Stands before an object store, and changes the body of every upload of a blob. */
export async function startManglingGateway(
  to: string,
  mangle: (body: Buffer) => Buffer,
): Promise<ManglingGateway> {
  const origin = new URL(to);
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const isBlob = request.method === "PUT" && request.url?.includes("/sha256/");
    const sent = isBlob ? mangle(body) : body;
    const upstream = send({
      hostname: origin.hostname,
      port: origin.port,
      method: request.method,
      path: request.url,
      headers: { ...request.headers, ...(sent.length > 0 ? { "content-length": String(sent.length) } : {}) },
    });
    upstream.on("error", () => response.destroy());
    upstream.end(sent);
    upstream.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response).catch(() => response.destroy());
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("the gateway has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
