import { BaleError, type BlobRef, type ByteStream, type FileRow, type LongCallOptions } from "@bale/spec";
import { type BlobStore, createLimiter } from "@bale/storage";
import type { FileSink } from "../ports.js";
import { createByteReader } from "./byte-reader.js";
import { decodeMembers, decodeStream } from "./decode-members.js";
import { planRanges, type RangePlan, type Segment } from "./plan-ranges.js";

export interface FetchPorts {
  /** The store that holds a blob, opened when it is first needed. */
  readonly storeOf: (blob: BlobRef) => Promise<BlobStore>;
  readonly sink: FileSink;
}
export interface FetchOptions extends LongCallOptions {
  /** Requests at once. */
  readonly concurrency?: number | undefined;
  /** Stored bytes received so far, of `total`. */
  readonly onBytes?: ((received: number) => void) | undefined;
}
export interface FetchResult {
  /** Stored bytes that really came over the wire. */
  readonly bytes: number;
  readonly files: number;
  readonly requests: number;
}

// Members of small files are decoded in one piece; larger data goes through as a stream.
const BUFFERED = 1024 * 1024;

/**
 * Brings the content of rows to the sink, which checks each file before it shows it.
 * All blobs that are missing are named in one error, after everything else has been fetched.
 * @throws BaleError `BLOB_MISSING`, `EXTERNAL_MISSING`, `DIGEST_MISMATCH`, `UNSUPPORTED`
 */
export async function fetchFiles(
  rows: Iterable<FileRow>,
  ports: FetchPorts,
  options: FetchOptions = {},
): Promise<FetchResult> {
  const plan = planRanges(rows);
  const limit = createLimiter(options.concurrency ?? 6);
  let bytes = 0;
  let files = 0;
  let requests = 0;
  const count = (length: number) => {
    bytes += length;
    options.onBytes?.(bytes);
  };
  const missing: BaleError[] = [];
  let failed: unknown;
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;

  const attempt = (task: () => Promise<void>) =>
    limit(async () => {
      if (failed !== undefined) return;
      try {
        signal.throwIfAborted();
        await task();
      } catch (error) {
        if (BaleError.is(error, "BLOB_MISSING") || BaleError.is(error, "EXTERNAL_MISSING"))
          missing.push(error);
        else {
          failed ??= error;
          stop.abort();
        }
      }
    });

  for (const row of plan.empty) {
    await ports.sink.write(row, new TextEncoder().encode(row.kind === "link" ? (row.target ?? "") : ""), {
      signal,
    });
    files++;
  }
  await Promise.all([
    ...plan.ranges.map((range) =>
      attempt(async () => {
        requests++;
        files += await fetchRange(range, ports, signal, count);
      }),
    ),
    ...plan.scattered.map((row) =>
      attempt(async () => {
        requests += row.extents.length;
        await ports.sink.write(row, readExtents(row, ports, signal, count), { signal });
        files++;
      }),
    ),
  ]);
  if (failed !== undefined) throw failed;
  if (missing.length > 0) throw allMissing(missing);
  return { bytes, files, requests };
}

function allMissing(errors: readonly BaleError[]): BaleError {
  const first = errors[0] as BaleError;
  if (errors.length === 1) return first;
  return new BaleError({
    code: first.code,
    message: `${errors.length} blobs of the bundle are missing`,
    why: errors.map((error) => error.message).join("; "),
    fix: "ask whoever pushed the bundle to push it again",
    cause: first,
  });
}

async function* counted(stream: ByteStream, count: (length: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    count(chunk.length);
    yield chunk;
  }
}

async function fetchRange(
  range: RangePlan,
  ports: FetchPorts,
  signal: AbortSignal,
  count: (length: number) => void,
): Promise<number> {
  const store = await ports.storeOf(range.blob);
  const wanted = range.whole
    ? { signal }
    : { signal, range: { start: range.start, endExclusive: range.end } };
  const reader = createByteReader(counted(store.get(range.blob, wanted), count));
  let at = range.start;
  let files = 0;
  try {
    for (const segment of range.segments) {
      await reader.skip(segment.offset - at);
      files += await deliver(segment, range.blob, reader, ports, signal, count);
      at = segment.offset + segment.length;
    }
    await reader.skip(range.end - at);
    // The store's last step is the check of the digest: it must be taken even though no byte is left.
    if (range.whole) await reader.finish();
  } finally {
    await reader.close();
  }
  return files;
}

async function deliver(
  segment: Segment,
  blob: BlobRef,
  reader: ReturnType<typeof createByteReader>,
  ports: FetchPorts,
  signal: AbortSignal,
  count: (length: number) => void,
): Promise<number> {
  const only = segment.uses.length === 1 ? segment.uses[0] : undefined;
  if (only && segment.length > BUFFERED) {
    const stored = reader.stream(segment.length);
    const content = segment.member ? decodeStream(stored, only.skip, only.take) : stored;
    await writeOrExplain(only.row, content, blob, ports, signal);
    await drain(stored);
    return 1;
  }
  if (segment.length > BUFFERED) {
    // Several files in one large segment: each is read again by itself, which only foreign writers cause.
    await reader.skip(segment.length);
    for (const use of segment.uses)
      await ports.sink.write(use.row, readExtents(use.row, ports, signal, count), { signal });
    return segment.uses.length;
  }
  const stored = await reader.take(segment.length);
  const needed = segment.uses.reduce((most, use) => Math.max(most, use.skip + use.take), 0);
  const decoded = segment.member ? decodeMembers(stored, needed) : stored;
  for (const use of segment.uses) {
    if (use.skip + use.take > decoded.length)
      throw new BaleError({
        code: "DIGEST_MISMATCH",
        message: `the pack of ${JSON.stringify(use.row.path)} is shorter than its index says`,
      });
    await writeOrExplain(use.row, decoded.subarray(use.skip, use.skip + use.take), blob, ports, signal);
  }
  return segment.uses.length;
}

async function drain(stream: ByteStream): Promise<void> {
  for await (const chunk of stream) void chunk;
}

/** On wrong bytes from a range, the whole blob is fetched once and checked, so that the error says which of the two is damaged. */
async function writeOrExplain(
  row: FileRow,
  content: ByteStream | Uint8Array,
  blob: BlobRef,
  ports: FetchPorts,
  signal: AbortSignal,
): Promise<void> {
  try {
    await ports.sink.write(row, content, { signal });
  } catch (error) {
    if (!BaleError.is(error, "DIGEST_MISMATCH") && !BaleError.is(error, "SIZE_MISMATCH")) throw error;
    const store = await ports.storeOf(blob);
    await drain(store.get(blob, { signal }));
    throw new BaleError({
      code: "DIGEST_MISMATCH",
      message: `${JSON.stringify(row.path)} does not have the content that the bundle promises`,
      why: `blob ${blob.digest} is whole, so the index of the bundle is wrong about this file`,
      fix: "tell whoever pushed the bundle; nothing was changed here",
      context: { path: row.path, blob: blob.digest },
      cause: error,
    });
  }
}

/** The content of one file, extent by extent. */
export async function* readExtents(
  row: FileRow,
  ports: Pick<FetchPorts, "storeOf">,
  signal: AbortSignal | undefined,
  count: (length: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  if (row.unknownExtents)
    throw new BaleError({
      code: "UNSUPPORTED",
      message: `${JSON.stringify(row.path)} is stored in a form that this version does not know`,
      fix: "update bale",
      context: { path: row.path },
    });
  for (const extent of row.extents) {
    const store = await ports.storeOf(extent.blob);
    const whole = extent.offset === 0 && extent.length === extent.blob.size;
    const range = whole ? undefined : { start: extent.offset, endExclusive: extent.offset + extent.length };
    const stored = counted(store.get(extent.blob, { signal, ...(range ? { range } : {}) }), count);
    if (extent.member) yield* decodeStream(stored, extent.member.skip, extent.member.take);
    else yield* stored;
  }
}
