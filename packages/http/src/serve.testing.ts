import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface TestServer extends AsyncDisposable {
  readonly origin: string;
  readonly server: Server;
  /** `METHOD path` of each request, in order. */
  readonly seen: readonly string[];
  /** Connections that were opened. */
  readonly connections: () => number;
}
export type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** A server on a free port of the loopback, closed with its connections when disposed of. */
export async function serve(handler: Handler): Promise<TestServer> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer(
    { keepAliveTimeout: 60_000, maxHeaderSize: 256 * 1024 },
    (request, response) => {
      seen.push(`${request.method} ${request.url}`);
      handler(request, response, seen.length);
    },
  );
  server.on("connection", (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    server,
    seen,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** All bytes of a request. */
export async function readRequest(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
