import type { Asked, Reply } from "@bale/tooling-cloud";
import { TOKEN } from "./store.testing.js";

interface Session {
  readonly name: string;
  bytes: Buffer;
}
/** The part of the JSON API that is used, in memory: one bucket, whose name is "models". */
export interface FakeGcs {
  readonly objects: Map<string, Buffer>;
  readonly sessions: Map<string, Session>;
  readonly reply: (asked: Asked) => Reply;
}

/** As the API words a refusal. */
export function refused(status: number, reason: string, message = "No."): Reply {
  return {
    status,
    body: { error: { code: status, message, errors: [{ domain: "global", reason, message }] } },
  };
}

function ranged(bytes: Buffer, header: string): Reply {
  const [, first = "", last = ""] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  const start = Number(first);
  if (start >= bytes.length) return refused(416, "requestedRangeNotSatisfiable");
  const end = Math.min(Number(last) + 1, bytes.length);
  const headers = { "content-range": `bytes ${start}-${end - 1}/${bytes.length}` };
  return { status: 206, headers, body: bytes.subarray(start, end) };
}

const described = (name: string, bytes: Buffer): Reply => ({ body: { name, size: String(bytes.length) } });

export function fakeGcs(): FakeGcs {
  const objects = new Map<string, Buffer>();
  const sessions = new Map<string, Session>();
  let begun = 0;

  const list = (prefix: string, from: string): Reply => {
    const names = [...objects.keys()].filter((name) => name.startsWith(prefix) && name >= from).sort();
    const items = names.slice(0, 10).map((name) => ({ name, size: String(objects.get(name)?.length) }));
    return { body: names.length > 10 ? { items, nextPageToken: names[10] } : { items } };
  };

  const upload = (url: URL, { bytes }: Asked): Reply => {
    const name = url.searchParams.get("name") ?? "";
    if (objects.has(name) && url.searchParams.get("ifGenerationMatch") === "0")
      return refused(412, "conditionNotMet");
    if (url.searchParams.get("uploadType") === "media") {
      objects.set(name, Buffer.from(bytes));
      return described(name, bytes as Buffer);
    }
    const id = `s3cr3t-session-${++begun}`;
    sessions.set(id, { name, bytes: Buffer.alloc(0) });
    return { headers: { location: `${url.origin}/upload/storage/v1/b/models/o?upload_id=${id}` } };
  };

  const goOn = (id: string, { bytes, headers, method }: Asked): Reply => {
    const session = sessions.get(id);
    if (!session) return { status: 404, body: "" };
    if (method === "DELETE") {
      sessions.delete(id);
      return { status: 499, body: "" };
    }
    const [, first, total] = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(headers["content-range"] ?? "") ?? [];
    if (first !== undefined) session.bytes = Buffer.concat([session.bytes.subarray(0, Number(first)), bytes]);
    if (session.bytes.length < Number(total)) {
      const range = session.bytes.length === 0 ? {} : { range: `bytes=0-${session.bytes.length - 1}` };
      return { status: 308, headers: range, body: "" };
    }
    sessions.delete(id);
    if (objects.has(session.name)) return refused(412, "conditionNotMet");
    objects.set(session.name, session.bytes);
    return described(session.name, session.bytes);
  };

  return {
    objects,
    sessions,
    reply: (asked) => {
      const { headers, method } = asked;
      const url = new URL(asked.url);
      const query = url.searchParams;
      const id = query.get("upload_id");
      if (id !== null) return headers["authorization"] ? refused(400, "tokenWithSession") : goOn(id, asked);
      if (headers["authorization"] !== `Bearer ${TOKEN}`) return refused(401, "authError");
      const [, upload_, bucket, encoded] =
        /^(\/upload)?\/storage\/v1\/b\/([^/]+)\/o(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
      if (bucket !== "models") return refused(404, "notFound", "The specified bucket does not exist.");
      if (upload_) return upload(url, asked);
      if (encoded === undefined)
        return list(query.get("prefix") ?? "", query.get("pageToken") ?? query.get("startOffset") ?? "");
      const name = decodeURIComponent(encoded);
      const object = objects.get(name);
      if (!object) return refused(404, "notFound");
      if (method === "DELETE") {
        objects.delete(name);
        return { status: 204 };
      }
      if (query.get("alt") !== "media") return described(name, object);
      return headers["range"] === undefined ? { body: object } : ranged(object, headers["range"]);
    },
  };
}
