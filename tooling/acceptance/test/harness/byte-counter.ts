import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface ByteCounter extends AsyncDisposable {
  /** "127.0.0.1:PORT" */
  readonly host: string;
  /** Bytes in both directions since the last call, headers included. */
  readonly take: () => number;
}

/** Passes connections on to a server, untouched, and counts what goes over them. */
export async function startByteCounter(to: { readonly host: string }): Promise<ByteCounter> {
  const [host, port] = to.host.split(":");
  const open = new Set<Socket>();
  let bytes = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    for (const [from, into] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      from.on("error", () => into.destroy());
      from.on("close", () => open.delete(from));
      from.pipe(into);
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("the counter has no port");
  return {
    host: `127.0.0.1:${address.port}`,
    take: () => {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
