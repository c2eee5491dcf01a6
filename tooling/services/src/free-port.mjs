import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A port of the loopback that was free a moment ago, for programs that cannot say which one the kernel gave them.
 * @returns {Promise<number>}
 */
export async function freePort() {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (!address || typeof address === "string") throw new Error("no free port");
  return address.port;
}
