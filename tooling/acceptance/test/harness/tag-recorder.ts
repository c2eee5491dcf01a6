import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, request as send } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "./small-files.js";

/** One request for the tag, in the order in which the registry saw them. */
export interface TagRequest {
  readonly writer: number;
  readonly method: string;
  readonly status: number;
  /** Of the manifest that was sent, or that was at the tag. */
  readonly digest: string | undefined;
}
export interface TagRecorder extends AsyncDisposable {
  /** A way to the registry for one writer: "127.0.0.1:PORT". */
  readonly door: (writer: number) => Promise<string>;
  /** How many requests for the tag there have been. */
  readonly count: () => number;
  readonly requests: () => readonly TagRequest[];
  /** The parent that a manifest names, for every manifest that was sent to the tag. */
  readonly parents: ReadonlyMap<string, string>;
}

const HOP_HEADERS = ["connection", "keep-alive", "transfer-encoding"];

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/**
 * Stands before a registry with one door for each writer. Requests for the tag go in one at a time, so that the order of the record
 * is the order in which the registry worked; everything else passes side by side. `latencyMs`: the longest time that a request for the
 * tag is on its way, which is what opens the window between a look and a PUT.
 */
export async function startTagRecorder(
  to: { readonly host: string },
  options: { readonly tag: string; readonly delayMs: number },
): Promise<TagRecorder> {
  const [hostname, port] = to.host.split(":");
  const requests: TagRequest[] = [];
  const parents = new Map<string, string>();
  const servers: Server[] = [];
  const random = seededRandom(7);
  let turn: Promise<unknown> = Promise.resolve();

  async function pass(writer: number, request: IncomingMessage, isTag: boolean) {
    const body = await bodyOf(request);
    const headers = { ...request.headers };
    for (const name of HOP_HEADERS) delete headers[name];
    if (body.length > 0) headers["content-length"] = String(body.length);
    const upstream = send({ hostname, port, method: request.method, path: request.url, headers });
    upstream.end(body);
    const [answer] = (await once(upstream, "response")) as [IncomingMessage];
    const content = await bodyOf(answer);
    if (isTag) record(writer, request.method ?? "", answer, body);
    return { answer, content };
  }

  function record(writer: number, method: string, answer: IncomingMessage, body: Buffer): void {
    const status = answer.statusCode ?? 0;
    if (method !== "PUT") {
      requests.push({
        writer,
        method,
        status,
        digest: answer.headers["docker-content-digest"] as string | undefined,
      });
      return;
    }
    const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
    const { annotations } = JSON.parse(body.toString("utf8")) as { annotations: Record<string, string> };
    parents.set(digest, annotations["dev.bale.parent"] ?? "none");
    requests.push({ writer, method, status, digest });
  }

  async function door(writer: number): Promise<string> {
    const server = createServer(async (request, response) => {
      const isTag = request.url?.endsWith(`/manifests/${options.tag}`) ?? false;
      if (isTag && request.method === "PUT" && random() < 1 / 3) await sleep(random() * options.delayMs);
      const exchange = isTag ? turn.then(() => pass(writer, request, true)) : pass(writer, request, false);
      if (isTag) turn = exchange.catch(() => undefined);
      try {
        const { answer, content } = await exchange;
        const headers = { ...answer.headers };
        for (const name of HOP_HEADERS) delete headers[name];
        response.writeHead(answer.statusCode ?? 502, headers).end(content);
      } catch {
        response.destroy();
      }
    });
    servers.push(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    if (!address || typeof address === "string") throw new Error("the recorder has no port");
    return `127.0.0.1:${address.port}`;
  }

  return {
    door,
    count: () => requests.length,
    requests: () => requests,
    parents,
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}
