import { createHash } from "node:crypto";
import type { Asked, Reply } from "@bale/tooling-cloud";
import { elementsOf } from "./api/read-xml.js";

/** The part of the blob service that is used, in memory: one container, whose name is "models". */
export interface FakeAzure {
  readonly blobs: Map<string, Buffer>;
  /** Blocks that are no blob yet, by blob and name. */
  readonly blocks: Map<string, Map<string, Buffer>>;
  readonly reply: (asked: Asked) => Reply;
}

/** As the service words a refusal. */
export function refused(status: number, code: string, detail = ""): Reply {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>No.</Message>${detail}</Error>`;
  return { status, headers: { "x-ms-error-code": code, "content-type": "application/xml" }, body };
}

function ranged(bytes: Buffer, header: string): Reply {
  const [, first = "", last = ""] = /^bytes=(\d+)-(\d*)$/.exec(header) ?? [];
  const start = Number(first);
  if (start >= bytes.length) return refused(416, "InvalidRange");
  const end = last === "" ? bytes.length : Math.min(Number(last) + 1, bytes.length);
  const headers = { "content-range": `bytes ${start}-${end - 1}/${bytes.length}` };
  return { status: 206, headers, body: bytes.subarray(start, end) };
}

export function fakeAzure(): FakeAzure {
  const blobs = new Map<string, Buffer>();
  const blocks = new Map<string, Map<string, Buffer>>();

  const list = (prefix: string, marker: string): Reply => {
    const names = [...blobs.keys()].filter((name) => name.startsWith(prefix) && name > marker).sort();
    const page = names.slice(0, 10);
    const items = page.map(
      (name) =>
        `<Blob><Name>${name}</Name><Properties><Content-Length>${blobs.get(name)?.length}</Content-Length></Properties></Blob>`,
    );
    const next = names.length > page.length ? `<NextMarker>${page.at(-1)}</NextMarker>` : "<NextMarker/>";
    return { body: `<EnumerationResults><Blobs>${items.join("")}</Blobs>${next}</EnumerationResults>` };
  };

  const putBlock = (name: string, id: string, { bytes, headers }: Asked): Reply => {
    if (headers["content-md5"] !== createHash("md5").update(bytes).digest("base64"))
      return refused(400, "Md5Mismatch");
    const own = blocks.get(name) ?? new Map<string, Buffer>();
    const [known] = own.keys();
    if (known !== undefined && known.length !== id.length) return refused(400, "InvalidBlobOrBlock");
    blocks.set(name, own.set(id, Buffer.from(bytes)));
    return { status: 201 };
  };

  const commit = (name: string, xml: string): Reply => {
    if (blobs.has(name)) return refused(409, "BlobAlreadyExists");
    const parts = [...elementsOf(xml, "Uncommitted")].map((id) =>
      blocks.get(name)?.get(id.replaceAll("&#61;", "=")),
    );
    if (parts.some((part) => part === undefined)) return refused(400, "InvalidBlockList");
    blobs.set(name, Buffer.concat(parts as Buffer[]));
    blocks.delete(name);
    return { status: 201 };
  };

  return {
    blobs,
    blocks,
    reply: (asked) => {
      const { headers, method } = asked;
      const url = new URL(asked.url);
      const [, container, ...parts] = url.pathname.split("/");
      const name = parts.join("/");
      const query = url.searchParams;
      if (!headers["authorization"]?.startsWith("SharedKey acme:"))
        return refused(403, "AuthenticationFailed");
      if (container !== "models") return refused(404, "ContainerNotFound");
      if (query.get("comp") === "list") return list(query.get("prefix") ?? "", query.get("marker") ?? "");
      if (query.get("comp") === "block") return putBlock(name, query.get("blockid") ?? "", asked);
      const comp = query.get("comp");
      if (comp === "blocklist" && method === "PUT") return commit(name, asked.body);
      const blob = blobs.get(name);
      if (comp === "blocklist") {
        const own = [...(blocks.get(name) ?? [])];
        if (!blob && own.length === 0) return refused(404, "BlobNotFound");
        const items = own.map(
          ([id, { length }]) => `<Block><Name>${id}</Name><Size>${length}</Size></Block>`,
        );
        return { body: `<BlockList><UncommittedBlocks>${items.join("")}</UncommittedBlocks></BlockList>` };
      }
      if (method === "PUT") {
        if (blob && headers["if-none-match"] === "*") return refused(409, "BlobAlreadyExists");
        blobs.set(name, Buffer.from(asked.bytes));
        return { status: 201 };
      }
      if (!blob) return refused(404, "BlobNotFound");
      if (method === "DELETE") {
        blobs.delete(name);
        return { status: 202 };
      }
      if (method === "HEAD") return { headers: { "content-length": String(blob.length) } };
      return headers["range"] === undefined ? { body: blob } : ranged(blob, headers["range"]);
    },
  };
}
