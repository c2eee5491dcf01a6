import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { TlsFacts } from "@bale/spec";
import { type SeenTls, seeTls, tlsFacts } from "./tls-facts.js";

/** What connections to one origin show while it is open. */
export interface ConnectionWatch extends Disposable {
  /** Of the last connection that was made; `undefined` where there was none, or where it is not secured. */
  readonly tls: () => Promise<TlsFacts | undefined>;
}

// Documented for undici, "Diagnostics Channel Support": published once a connection can be used, TLS included.
const CONNECTED = "undici:client:connected";

interface Connected {
  readonly connectParams: { readonly protocol: string; readonly host: string };
  readonly socket: Socket | TLSSocket;
}

/**
 * Watches connections from outside: nothing of how they are made depends on it, and they cost nothing more while nobody watches. Every client
 * of the process is seen, so that it tells of an origin and not of one client.
 */
export function watchConnections(origin: string): ConnectionWatch {
  const { host, protocol } = new URL(origin);
  let seen: SeenTls | undefined;
  const onConnected = (message: unknown): void => {
    const { connectParams, socket } = message as Connected;
    // Behind a proxy for plain http, the connection is the proxy's.
    if (connectParams.host !== host || connectParams.protocol !== protocol || !("encrypted" in socket))
      return;
    seen = seeTls(socket);
  };
  subscribe(CONNECTED, onConnected);
  return {
    tls: async () => seen && tlsFacts(seen),
    [Symbol.dispose]: () => void unsubscribe(CONNECTED, onConnected),
  };
}
