import {
  BaleError,
  type Digest,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  isDigest,
  type RequestCost,
} from "@bale/spec";
import { sha256 } from "../sha256.js";

/** A client that reads for real, keeps every write to itself, and counts both. */
export interface RehearsalClient {
  readonly http: HttpClient;
  readonly cost: () => RequestCost;
}

interface Stored {
  readonly size: number;
  readonly mediaType: string;
  readonly digest: string;
}

const UPLOADS = /^(\/v2\/.+\/blobs\/uploads\/)(.*)$/;
const BLOB = /^\/v2\/.+\/blobs\/([^/]+)$/;
const MANIFEST = /^\/v2\/(.+)\/manifests\/([^/]+)$/;

function answer(url: string, status: number, headers: Readonly<Record<string, string>>): HttpResponse {
  return {
    status,
    url,
    headers,
    body: (async function* () {})(),
    bytes: async () => new Uint8Array(0),
    discard: async () => undefined,
  };
}

function bodyBytes({ body }: HttpRequest): number {
  if (body === undefined) return 0;
  return body instanceof Uint8Array ? body.length : body.size;
}

/**
 * Answers writes as the distribution spec says a registry does, without telling any registry of them. What was "written" is found again by later
 * reads. A registry with habits of its own may be asked for more; so may one that wants to know first who asks.
 */
export function rehearsalClient(real: HttpClient): RehearsalClient {
  const blobs = new Map<string, Stored>();
  const manifests = new Map<string, Stored>();
  const sessions = new Map<string, number>();
  let requests = 0;
  let sentBytes = 0;

  function closed(request: HttpRequest, digest: string, size: number): HttpResponse {
    blobs.set(digest, { size, mediaType: "application/octet-stream", digest });
    return answer(request.url, 201, { "docker-content-digest": digest });
  }

  function upload(request: HttpRequest, url: URL, folder: string, session: string): HttpResponse {
    const size = bodyBytes(request);
    const digest = url.searchParams.get("digest");
    if (request.method === "POST" && digest !== null) return closed(request, digest, size);
    if (request.method === "POST") {
      const opened = `rehearsal-${sessions.size}`;
      sessions.set(opened, 0);
      return answer(request.url, 202, { location: `${folder}${opened}`, range: "0-0" });
    }
    const kept = (sessions.get(session) ?? 0) + size;
    sessions.set(session, kept);
    if (request.method === "PUT" && digest !== null) return closed(request, digest, kept);
    if (request.method === "PATCH")
      return answer(request.url, 202, {
        location: `${folder}${session}`,
        range: `0-${Math.max(0, kept - 1)}`,
      });
    return answer(request.url, 204, { range: `0-${Math.max(0, kept - 1)}` });
  }

  function putManifest(request: HttpRequest, repository: string, reference: string): HttpResponse {
    const { body } = request;
    if (!(body instanceof Uint8Array))
      throw new BaleError({ code: "INTERNAL", message: "a manifest is sent from memory" });
    const digest: Digest = sha256(body);
    const mediaType = request.headers?.["content-type"] ?? "application/octet-stream";
    const stored: Stored = { size: body.length, mediaType, digest };
    manifests.set(`${repository} ${reference}`, stored);
    manifests.set(`${repository} ${digest}`, stored);
    return answer(request.url, 201, { "docker-content-digest": digest });
  }

  function found(request: HttpRequest, stored: Stored): HttpResponse {
    return answer(request.url, 200, {
      "content-length": String(stored.size),
      "content-type": stored.mediaType,
      "docker-content-digest": stored.digest,
    });
  }

  return {
    cost: () => ({ requests, sentBytes }),
    http: {
      request: async (request) => {
        request.signal?.throwIfAborted();
        requests++;
        sentBytes += bodyBytes(request);
        const url = new URL(request.url);
        const { pathname } = url;
        const [, folder, session] = UPLOADS.exec(pathname) ?? [];
        if (folder !== undefined) return upload(request, url, folder, session ?? "");
        const [, repository = "", reference = ""] = MANIFEST.exec(pathname) ?? [];
        const [, blob = ""] = BLOB.exec(pathname) ?? [];
        if (request.method === "PUT" && reference !== "") return putManifest(request, repository, reference);
        if (request.method === "DELETE") return answer(request.url, 202, {});
        const stored =
          manifests.get(`${repository} ${reference}`) ?? (isDigest(blob) ? blobs.get(blob) : undefined);
        return stored && request.method === "HEAD" ? found(request, stored) : real.request(request);
      },
      [Symbol.asyncDispose]: async () => undefined,
    },
  };
}
