import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";

/** Certificate and key in PEM; `ca` makes the listener demand a client certificate. */
export interface TlsOptions {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
  readonly ca?: string | Buffer;
}

export interface Listener {
  /** `http://127.0.0.1:port`, no slash at the end. */
  readonly origin: string;
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** 0 or undefined lifts the limit. */
  limitRequestsPerConnection(requests: number | undefined): void;
  close(): Promise<void>;
}

const loopback: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

/** Listens on a free port of the loopback. Throws RangeError for any other host. */
export async function openListener(
  host: string,
  tls: TlsOptions | undefined,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Listener> {
  if (!loopback.has(host))
    throw new RangeError(`a test registry listens on the loopback only, not on ${host}`);
  const server = createServer(tls, onRequest);
  // Idle connections of a client's pool are never closed from this side, nor slow uploads: either would look like a fault nobody asked for.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port: 0, backlog: 1024 }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return {
    origin: `${tls === undefined ? "http" : "https"}://${authority}`,
    host: authority,
    limitRequestsPerConnection(requests) {
      server.maxRequestsPerSocket = requests ?? 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function createServer(
  tls: TlsOptions | undefined,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  if (tls === undefined) return createHttpServer(onRequest);
  const client = tls.ca === undefined ? {} : { ca: tls.ca, requestCert: true, rejectUnauthorized: true };
  return createHttpsServer({ key: tls.key, cert: tls.cert, ...client }, onRequest);
}
