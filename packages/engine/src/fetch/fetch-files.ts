import { BaleError, type FileRow, type LongCallOptions } from "@bale/spec";
import { createLimiter } from "@bale/storage";
import type { FileSink } from "../ports.js";
import { refuseAborted } from "../stopped.js";
import { blobsOf, incomplete, indexIsWrong, isMismatch } from "./damage.js";
import { fetchRange, type RangeCall } from "./fetch-range.js";
import { planRanges } from "./plan-ranges.js";
import { counted, readExtents, type StoreOf, unknownForm } from "./read-extents.js";

export interface FetchPorts {
  /** The store that holds a blob, opened when it is first needed. */
  readonly storeOf: StoreOf;
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

const encoder = new TextEncoder();

async function writeAlone(row: FileRow, call: RangeCall): Promise<void> {
  for (const _ of row.extents) call.onRequest();
  await call.sink.write(row, readExtents(row, call, call.signal, call.count), { signal: call.signal });
}

/** A file that is read extent by extent; on wrong bytes each of its blobs is checked once, as for a range. */
async function fetchAlone(row: FileRow, call: RangeCall): Promise<void> {
  try {
    await writeAlone(row, call);
    return;
  } catch (error) {
    if (!isMismatch(error)) throw error;
  }
  for (const blob of blobsOf(row)) {
    call.onRequest();
    for await (const chunk of counted(
      (await call.storeOf(blob)).get(blob, { signal: call.signal }),
      call.count,
    ))
      void chunk;
  }
  try {
    await writeAlone(row, call);
  } catch (error) {
    throw isMismatch(error) ? indexIsWrong(row, error) : error;
  }
}

/** A failure that leaves the other files worth fetching. */
function isMissing(error: unknown): error is BaleError {
  return BaleError.is(error, "BLOB_MISSING") || BaleError.is(error, "EXTERNAL_MISSING");
}

/**
 * Brings the content of rows to the sink, which checks each file before it shows it.
 * All blobs that are missing are named in one error, after everything else has been fetched; so are files of a form that is not known.
 * @throws BaleError `BLOB_MISSING`, `EXTERNAL_MISSING`, `DIGEST_MISMATCH`, `UNSUPPORTED`, `INTERRUPTED`, and what stores and the sink report
 */
export async function fetchFiles(
  rows: Iterable<FileRow>,
  ports: FetchPorts,
  options: FetchOptions = {},
): Promise<FetchResult> {
  const plan = planRanges(rows);
  const limit = createLimiter(options.concurrency ?? 6);
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  let bytes = 0;
  let files = 0;
  let requests = 0;
  const left: BaleError[] = plan.scattered.filter((row) => row.unknownExtents).map(unknownForm);
  let failed: { readonly error: unknown } | undefined;
  const call: RangeCall = {
    ...ports,
    signal,
    count: (length) => {
      bytes += length;
      options.onBytes?.(bytes);
    },
    onRequest: () => {
      requests++;
    },
  };

  const attempt = (task: () => Promise<number>): Promise<void> =>
    limit(async () => {
      if (failed) return;
      try {
        refuseAborted(signal);
        const fetched = await task();
        files += fetched;
      } catch (error) {
        if (isMissing(error)) left.push(error);
        else {
          failed ??= { error };
          stop.abort();
        }
      }
    });

  const alone: FileRow[] = plan.scattered.filter((row) => !row.unknownExtents);
  await Promise.all([
    ...plan.empty.map((row) =>
      attempt(async () => {
        await ports.sink.write(row, encoder.encode(row.target ?? ""), { signal });
        return 1;
      }),
    ),
    ...plan.ranges.map((range) =>
      attempt(async () => {
        const fetched = await fetchRange(range, call);
        alone.push(...fetched.alone);
        return fetched.files;
      }),
    ),
  ]);
  await Promise.all(
    alone.map((row) =>
      attempt(async () => {
        await fetchAlone(row, call);
        return 1;
      }),
    ),
  );
  if (failed) throw failed.error;
  if (left.length > 0) throw incomplete(left);
  return { bytes, files, requests };
}
