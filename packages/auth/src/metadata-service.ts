import { request as httpRequest, type IncomingMessage } from "node:http";
import { hostKind } from "@bale/http";
import { BaleError, type CallOptions } from "@bale/spec";

export interface MetadataRequest extends CallOptions {
  /** Plain http, and a host for which `isMetadataHost` holds. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** How long to wait for a connection; default one second: most machines have no such service. An answer may take ten times as long. */
  readonly timeoutMs?: number | undefined;
}
export type MetadataAnswer =
  | { readonly kind: "absent" }
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
      readonly body: Uint8Array;
    };

const CONNECT_MS = 1000;
const ANSWER_FACTOR = 10;
const BODY_BYTES = 64 * 1024;
const LINK_LOCAL = /^169\.254\.\d{1,3}\.\d{1,3}$/;

/** Whether a host, as a URL has it, can be a service for this machine alone: it is this machine, or on its own link (RFC 3927). */
export function isMetadataHost(host: string): boolean {
  const name = host.replace(/:\d+$/, "");
  return hostKind(host) === "loopback" || LINK_LOCAL.test(name);
}

async function read(response: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Asks the service by which a cloud tells a machine who it is. Never through a proxy, unlike everything else: the proxy would get
 * this machine's token, or would answer with its own machine's. No connection, none in time, or an answer that breaks off or is too
 * long for one means that there is no such service.
 * @throws BaleError `INTERRUPTED`
 */
export async function askMetadataService(input: MetadataRequest): Promise<MetadataAnswer> {
  const { headers, signal, url, timeoutMs = CONNECT_MS } = input;
  const interrupted = (): BaleError =>
    new BaleError({ code: "INTERRUPTED", message: "stopped on request", cause: signal?.reason });
  if (signal?.aborted) throw interrupted();
  if (url.protocol !== "http:") return { kind: "absent" };
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const asking = httpRequest(url, { headers, agent: false, ...(signal ? { signal } : {}) });
      const giveUp = (): void => void asking.destroy(new Error("no answer in time"));
      let timer = setTimeout(giveUp, timeoutMs);
      asking.on("socket", (socket) =>
        socket.once("connect", () => {
          clearTimeout(timer);
          timer = setTimeout(giveUp, timeoutMs * ANSWER_FACTOR);
        }),
      );
      asking.on("close", () => clearTimeout(timer));
      asking.on("response", resolve);
      asking.on("error", reject);
      asking.end();
    });
    const body = await read(response);
    if (body === undefined) return { kind: "absent" };
    return { kind: "answered", status: response.statusCode ?? 0, headers: response.headers, body };
  } catch {
    if (signal?.aborted) throw interrupted();
    return { kind: "absent" };
  }
}
