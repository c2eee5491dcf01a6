/// <reference path="./undici-pool.d.ts" />
import type { buildConnector } from "undici";

/**
 * Opens connections as undici does, and keeps what TLS says after the handshake. In TLS 1.3 a server that misses a client certificate says so
 * only then, and closes: the dispatcher would take the close for the reason, and nobody would learn what was missing.
 */
export function connectionOpener(
  build: typeof buildConnector,
  options: buildConnector.BuildOptions,
): buildConnector.connector {
  const open = build(options);
  return (target, callback) => {
    open(target, (...result) => {
      const [, socket] = result;
      socket?.prependOnceListener("error", (cause: Error) => socket.destroy(cause));
      callback(...result);
    });
  };
}
