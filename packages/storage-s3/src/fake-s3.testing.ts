import { createHash, randomUUID } from "node:crypto";
import type { HttpClient, HttpRequest, HttpResponse } from "@bale/spec";

export interface FakeReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
}
export interface FakeRequest {
  readonly method: string;
  readonly url: URL;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent while the request is on its way. */
  readonly body: Buffer;
}
export interface FakeUpload {
  readonly key: string;
  readonly algorithm: string | undefined;
  readonly startedAt: Date;
  readonly parts: Map<number, Buffer>;
}
export interface FakeS3Options {
  /** Answers in place of the store, or throws as the transport would; `undefined` lets the store answer. */
  readonly fault?: ((request: FakeRequest, count: number) => FakeReply | undefined) | undefined;
  /** Changes an answer, after the store has done what was asked. */
  readonly after?: ((request: FakeRequest, reply: FakeReply) => FakeReply) | undefined;
  /** Stores other bytes than it gets, without a word. */
  readonly mangle?: ((bytes: Buffer) => Buffer) | undefined;
  /** Takes no notice of If-None-Match. */
  readonly ignoresConditions?: boolean | undefined;
  /** Keys on a page of a listing. */
  readonly pageSize?: number | undefined;
  readonly now?: (() => Date) | undefined;
}
/** A bucket in memory behind an HTTP client: the protocol without a network. */
export interface FakeS3 {
  readonly http: HttpClient;
  readonly objects: Map<string, Buffer>;
  readonly uploads: Map<string, FakeUpload>;
  readonly log: readonly FakeRequest[];
  /** `PUT part 3`, `HEAD`, `POST complete` … of what came, without what was answered in the store's place. */
  readonly done: readonly string[];
}

const hash = (name: string, bytes: Uint8Array, form: "hex" | "base64"): string =>
  createHash(name).update(bytes).digest(form);
const xml = (text: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n${text}`;

export function errorReply(status: number, code: string, more = "", headers = {}): FakeReply {
  const body = xml(`<Error><Code>${code}</Code><Message>about ${code}</Message>${more}</Error>`);
  return { status, body, headers: { "content-type": "application/xml", ...headers } };
}

async function bodyOf({ body, onBytes }: HttpRequest): Promise<Buffer> {
  if (body === undefined) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  let sent = 0;
  for await (const chunk of body.open()) {
    chunks.push(Uint8Array.from(chunk));
    sent += chunk.length;
    onBytes?.(sent);
  }
  return Buffer.concat(chunks);
}

function responseOf({ status, headers = {}, body = "" }: FakeReply, request: HttpRequest): HttpResponse {
  const bytes = request.method === "HEAD" ? Buffer.alloc(0) : Buffer.from(body);
  async function* stream() {
    for (let at = 0; at < bytes.length; at += 65_536) {
      request.signal?.throwIfAborted();
      yield bytes.subarray(at, at + 65_536);
    }
  }
  const lengths = request.method === "HEAD" ? {} : { "content-length": String(bytes.length) };
  return {
    status,
    url: request.url,
    headers: { ...lengths, ...headers },
    body: stream(),
    bytes: async () => bytes,
    discard: async () => {},
  };
}

export function fakeS3(options: FakeS3Options = {}): FakeS3 {
  const { now = () => new Date(), mangle = (bytes) => bytes, pageSize = 1000 } = options;
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, FakeUpload>();
  const log: FakeRequest[] = [];
  const done: string[] = [];
  const ok = (body = "", headers = {}): FakeReply => ({ status: 200, body, headers });

  const taken = ({ key, headers }: FakeRequest): boolean =>
    headers["if-none-match"] === "*" && !options.ignoresConditions && objects.has(key);

  function object({ key, headers, method }: FakeRequest): FakeReply {
    const found = objects.get(key);
    if (!found) return method === "HEAD" ? { status: 404 } : errorReply(404, "NoSuchKey");
    const range = /^bytes=(\d+)-(\d*)$/.exec(headers["range"] ?? "");
    const start = Number(range?.[1] ?? 0);
    const end = Math.min(range?.[2] ? Number(range[2]) + 1 : found.length, found.length);
    if (range && start >= found.length) return errorReply(416, "InvalidRange");
    const sum = { "x-amz-checksum-sha256": hash("sha256", found, "base64") };
    const head = { "content-length": String(end - start), ...(headers["x-amz-checksum-mode"] ? sum : {}) };
    if (!range) return { status: 200, headers: head, body: found };
    const headersOf = { ...head, "content-range": `bytes ${start}-${end - 1}/${found.length}` };
    return { status: 206, headers: headersOf, body: found.subarray(start, end) };
  }

  function complete(request: FakeRequest, id: string, upload: FakeUpload): FakeReply {
    if (taken(request)) return errorReply(412, "PreconditionFailed");
    const wanted = [...request.body.toString().matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = ""]) => ({
      number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
      etag: /<ETag>(?:&quot;|")?([0-9a-f]+)/.exec(part)?.[1],
      sum: /<ChecksumSHA256>([^<]+)/.exec(part)?.[1],
    }));
    const parts = wanted.map(({ number, etag, sum }) => {
      const bytes = upload.parts.get(number);
      const right =
        bytes !== undefined &&
        etag === hash("md5", bytes, "hex") &&
        (upload.algorithm === undefined) === (sum === undefined);
      return right ? bytes : undefined;
    });
    if (parts.includes(undefined)) return errorReply(400, "InvalidPart");
    uploads.delete(id);
    objects.set(request.key, mangle(Buffer.concat(parts as Buffer[])));
    return ok(
      xml(
        `<CompleteMultipartUploadResult><Key>${request.key}</Key><ETag>"e"</ETag></CompleteMultipartUploadResult>`,
      ),
    );
  }

  function listing(prefix: string, startAfter: string): FakeReply {
    const keys = [...objects.keys()].sort().filter((key) => key.startsWith(prefix) && key > startAfter);
    const page = keys.slice(0, pageSize);
    const rows = page.map(
      (key) => `<Contents><Key>${key}</Key><Size>${objects.get(key)?.length}</Size></Contents>`,
    );
    const more = `<IsTruncated>${keys.length > page.length}</IsTruncated>`;
    return ok(xml(`<ListBucketResult>${more}${rows.join("")}</ListBucketResult>`));
  }

  function listUploads(prefix: string, marker: string): FakeReply {
    const all = [...uploads].filter(([id, { key }]) => key.startsWith(prefix) && `${key} ${id}` > marker);
    all.sort(([a, one], [b, other]) => (`${one.key} ${a}` < `${other.key} ${b}` ? -1 : 1));
    const page = all.slice(0, pageSize);
    const rows = page.map(
      ([id, { key, startedAt }]) =>
        `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${startedAt.toISOString()}</Initiated></Upload>`,
    );
    const [lastId = "", last] = page.at(-1) ?? [];
    const next = `<NextKeyMarker>${last?.key ?? ""}</NextKeyMarker><NextUploadIdMarker>${lastId}</NextUploadIdMarker>`;
    const more = `<IsTruncated>${all.length > page.length}</IsTruncated>`;
    return ok(xml(`<ListMultipartUploadsResult>${more}${next}${rows.join("")}</ListMultipartUploadsResult>`));
  }

  function listParts(upload: FakeUpload): FakeReply {
    const sum = (bytes: Buffer): string =>
      upload.algorithm ? `<ChecksumSHA256>${hash("sha256", bytes, "base64")}</ChecksumSHA256>` : "";
    const rows = [...upload.parts].map(
      ([number, bytes]) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>"${hash("md5", bytes, "hex")}"</ETag><Size>${bytes.length}</Size>${sum(bytes)}</Part>`,
    );
    const kind = upload.algorithm ? `<ChecksumAlgorithm>${upload.algorithm}</ChecksumAlgorithm>` : "";
    return ok(xml(`<ListPartsResult>${kind}${rows.join("")}</ListPartsResult>`));
  }

  function ofUpload(request: FakeRequest, id: string): FakeReply {
    const { method, url, body, headers } = request;
    const upload = uploads.get(id);
    if (!upload || upload.key !== request.key) return errorReply(404, "NoSuchUpload");
    if (method === "GET") return listParts(upload);
    if (method === "POST") return complete(request, id, upload);
    if (method === "DELETE") {
      uploads.delete(id);
      return { status: 204 };
    }
    if ((upload.algorithm === undefined) !== (headers["x-amz-checksum-sha256"] === undefined))
      return errorReply(400, "InvalidRequest");
    upload.parts.set(Number(url.searchParams.get("partNumber")), body);
    return ok("", { etag: `"${hash("md5", body, "hex")}"` });
  }

  function answer(request: FakeRequest): FakeReply {
    const { method, url, key, body, headers } = request;
    const query = url.searchParams;
    if (hash("sha256", body, "hex") !== (headers["x-amz-content-sha256"] ?? hash("sha256", body, "hex")))
      return errorReply(400, "XAmzContentSHA256Mismatch");
    const id = query.get("uploadId");
    if (id !== null) return ofUpload(request, id);
    if (query.has("uploads") && method === "POST") {
      const made = randomUUID();
      uploads.set(made, {
        key,
        algorithm: headers["x-amz-checksum-algorithm"],
        startedAt: now(),
        parts: new Map(),
      });
      return ok(
        xml(`<InitiateMultipartUploadResult><UploadId>${made}</UploadId></InitiateMultipartUploadResult>`),
      );
    }
    if (query.has("uploads"))
      return listUploads(
        query.get("prefix") ?? "",
        `${query.get("key-marker") ?? ""} ${query.get("upload-id-marker") ?? ""}`,
      );
    if (query.has("list-type")) return listing(query.get("prefix") ?? "", query.get("start-after") ?? "");
    if (method === "GET" || method === "HEAD") return object(request);
    if (method === "DELETE") {
      objects.delete(key);
      return { status: 204 };
    }
    if (taken(request)) return errorReply(412, "PreconditionFailed");
    objects.set(key, mangle(body));
    return ok("", { etag: '"e"' });
  }

  const name = ({ method, url }: FakeRequest): string => {
    const part = url.searchParams.get("partNumber");
    const [first] = [...url.searchParams.keys()].filter((one) => one !== "x-id");
    return part === null ? `${method}${first === undefined ? "" : ` ${first}`}` : `${method} part ${part}`;
  };

  return {
    objects,
    uploads,
    log,
    done,
    http: {
      request: async (request) => {
        request.signal?.throwIfAborted();
        const url = new URL(request.url);
        // The bucket is the first part of the host's name, or of the path.
        const skipped = /^[a-z.-]+\.s3\b/.test(url.host) ? 1 : 2;
        const key = decodeURIComponent(url.pathname.split("/").slice(skipped).join("/"));
        const body = await bodyOf(request);
        request.signal?.throwIfAborted();
        const asked = { method: request.method, url, key, headers: request.headers ?? {}, body };
        log.push(asked);
        const fault = options.fault?.(asked, log.length);
        if (fault) return responseOf(fault, request);
        const reply = answer(asked);
        done.push(name(asked));
        return responseOf(options.after?.(asked, reply) ?? reply, request);
      },
      [Symbol.asyncDispose]: async () => {},
    },
  };
}
