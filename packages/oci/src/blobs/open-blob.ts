import { parseContentRange } from "@bale/http";
import { BaleError, type ByteRange, type ByteStream, type Digest, type HttpResponse } from "@bale/spec";
import { exchangeName, type RegistryExchange, send } from "../registry/registry-exchange.js";
import { cutStream } from "./byte-window.js";

export interface OpenedBlob {
  readonly bytes: ByteStream;
  /** Where the bytes end, and how long the blob is, where the registry says. */
  readonly endExclusive: number | undefined;
  readonly total: number | undefined;
}
interface OpenRequest {
  readonly digest: Digest;
  /** Without one the whole blob, in a plain GET. */
  readonly range?: ByteRange | undefined;
  readonly signal?: AbortSignal | undefined;
}

function contentLength(response: HttpResponse): number | undefined {
  const length = response.headers["content-length"];
  return length !== undefined && /^[0-9]{1,15}$/.test(length) ? Number(length) : undefined;
}

/** The error for a range that is not what was asked for. */
export function rangeInvalid(exchange: RegistryExchange, digest: Digest, why: string): BaleError {
  return new BaleError({
    code: "RANGE_INVALID",
    message: `${exchange.registry} did not give the part of a blob that was asked for`,
    why,
    context: { repository: exchangeName(exchange), digest },
  });
}

function rangeHeader(range: ByteRange): string {
  return `bytes=${range.start}-${range.endExclusive === undefined ? "" : range.endExclusive - 1}`;
}

async function refuse(
  exchange: RegistryExchange,
  request: OpenRequest,
  response: HttpResponse,
): Promise<never> {
  await response.discard();
  const { digest } = request;
  if (response.status === 416)
    throw rangeInvalid(exchange, digest, "the range begins at or after the end (416)");
  throw new BaleError({
    code: "BLOB_MISSING",
    message: `no blob ${digest} in ${exchangeName(exchange)}`,
    why: "the registry answered 404",
    context: { repository: exchangeName(exchange), digest },
  });
}

function partOf(
  exchange: RegistryExchange,
  digest: Digest,
  range: ByteRange,
  response: HttpResponse,
): OpenedBlob {
  const given = parseContentRange(response.headers["content-range"]);
  if (!given) throw rangeInvalid(exchange, digest, "206 without a usable Content-Range");
  const end = range.endExclusive ?? given.total;
  if (given.start !== range.start || (end !== undefined && given.endExclusive !== end))
    throw rangeInvalid(
      exchange,
      digest,
      `asked for ${rangeHeader(range)}, and was given ${given.start}-${given.endExclusive - 1}`,
    );
  return { bytes: response.body, endExclusive: given.endExclusive, total: given.total };
}

function wholeInstead(
  exchange: RegistryExchange,
  digest: Digest,
  range: ByteRange,
  response: HttpResponse,
): OpenedBlob {
  const total = contentLength(response);
  if (total !== undefined && (range.start >= total || (range.endExclusive ?? total) > total))
    throw rangeInvalid(exchange, digest, `asked for ${rangeHeader(range)} of ${total} bytes`);
  exchange.log("debug", "the registry ignores ranges: the whole blob is read and cut", {
    registry: exchange.registry,
    digest,
  });
  const end = range.endExclusive ?? total;
  return {
    bytes: cutStream(response.body, 0, range.start, end ?? Number.POSITIVE_INFINITY),
    endExclusive: end,
    total,
  };
}

/**
 * Asks for a blob or a part of it; a registry that ignores the range costs bytes, but gives no others.
 * @throws BaleError `BLOB_MISSING`, `RANGE_INVALID`, `SERVER`
 */
export async function openBlob(exchange: RegistryExchange, request: OpenRequest): Promise<OpenedBlob> {
  const { digest, range } = request;
  const asked = exchange.profile.ranges ? range : undefined;
  const response = await send(exchange, {
    method: "GET",
    target: `blobs/${digest}`,
    actions: ["pull"],
    headers: { "accept-encoding": "identity", ...(asked ? { range: rangeHeader(asked) } : {}) },
    accept: asked ? [200, 206, 404, 416] : [200, 404],
    signal: request.signal,
  });
  if (response.status >= 400) return refuse(exchange, request, response);
  try {
    const encoding = response.headers["content-encoding"];
    if (encoding !== undefined && encoding.toLowerCase() !== "identity")
      throw new BaleError({
        code: "SERVER",
        message: `${exchange.registry} sent an encoded blob`,
        why: "an encoding was not asked for: a digest is over the bytes as stored (CVE-2026-22036 is a chain of encodings)",
        retry: { kind: "never" },
      });
    if (!range) {
      const total = contentLength(response);
      return { bytes: response.body, endExclusive: total, total };
    }
    return response.status === 206
      ? partOf(exchange, digest, range, response)
      : wholeInstead(exchange, digest, range, response);
  } catch (error) {
    await response.discard();
    throw error;
  }
}
