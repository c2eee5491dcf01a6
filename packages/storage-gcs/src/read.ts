import { parseContentRange } from "@bale/http";
import { BaleError, type BlobReadOptions, type ByteStream } from "@bale/spec";
import { type BlobPart, type Segment, type SegmentRoom, segmentedRead } from "@bale/storage";
import { type GcsClient, objectPath, READ } from "./api/gcs-client.js";

export interface ReadPlace {
  readonly client: GcsClient;
  readonly room: SegmentRoom;
  /** Bytes of one request of a large read. */
  readonly segmentBytes: number;
}

async function fetchPart(
  client: GcsClient,
  name: string,
  { start, endExclusive }: Segment,
  signal: AbortSignal | undefined,
): Promise<BlobPart> {
  const range = `bytes=${start}-${endExclusive - 1}`;
  const response = await client.ask({
    method: "GET",
    path: objectPath(client.config, name),
    query: { alt: "media" },
    actions: READ,
    accept: [200, 206],
    headers: { range },
    signal,
  });
  const { body: bytes, discard: abandon } = response;
  const length = response.headers["content-length"];
  const found =
    response.status === 206
      ? parseContentRange(response.headers["content-range"])
      : { start: 0, endExclusive: Number(length), total: Number(length) };
  if (found?.total !== undefined && Number.isSafeInteger(found.endExclusive))
    return { start: found.start, end: found.endExclusive, total: found.total, bytes, abandon };
  await abandon();
  throw new BaleError({
    code: "RANGE_INVALID",
    message: "the store does not say which part of a blob it answers",
    why: `asked for ${range}, got status ${response.status}`,
  });
}

/** A blob, or exactly the range asked for. */
export async function* readBlob(
  { client, room, segmentBytes }: ReadPlace,
  name: string,
  options: BlobReadOptions = {},
): ByteStream {
  options.signal?.throwIfAborted();
  yield* segmentedRead({
    ...options,
    room,
    segmentBytes,
    fetch: (segment, signal) => fetchPart(client, name, segment, signal),
  });
}
