import { availableParallelism } from "node:os";
import { setImmediate as breathe } from "node:timers/promises";
import { BaleError, type LongCallOptions } from "@bale/spec";
import { HASH_BUFFER_BYTES, hashFileSync, type RawOutcome } from "./hash-file.js";
import { type HashOutcome, type HashRequest, outcomeOf } from "./hash-outcome.js";
import { createHashPool } from "./hash-pool.js";
import { throwIfAborted } from "./local-error.js";

export interface HashOptions extends LongCallOptions {
  /** Most threads. Default: one a core, at most 8. */
  readonly concurrency?: number | undefined;
  /** Number of the progress task. */
  readonly task?: number | undefined;
}

const MiB = 1024 * 1024;
const POOL_FROM_BYTES = 64 * MiB;
const BATCH_BYTES = 8 * MiB;
const BATCH_FILES = 256;

/** Runs of requests of at most 8 MiB or 256 files; a larger file is alone. */
export function hashBatches(requests: readonly HashRequest[]): readonly (readonly number[])[] {
  const batches: number[][] = [];
  let batch: number[] = [];
  let bytes = 0;
  for (const [index, { size }] of requests.entries()) {
    if (batch.length > 0 && (batch.length === BATCH_FILES || bytes + size > BATCH_BYTES)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(index);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

const orderOf = (request: HashRequest): { path: string; link: boolean; follow: boolean } => ({
  path: request.file,
  link: request.link ?? false,
  follow: request.follow ?? false,
});

interface Run {
  readonly requests: readonly HashRequest[];
  readonly outcomes: (HashOutcome | undefined)[];
  readonly options: HashOptions;
  readonly advance: (bytes: number) => void;
}

async function hashHere(run: Run): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(HASH_BUFFER_BYTES);
  const { signal } = run.options;
  for (const batch of hashBatches(run.requests)) {
    throwIfAborted(signal, "hashing");
    let bytes = 0;
    for (const index of batch) {
      const request = run.requests[index] as HashRequest;
      run.outcomes[index] = outcomeOf(hashFileSync(request.file, orderOf(request), buffer), request);
      bytes += request.size;
    }
    run.advance(bytes);
    await breathe();
  }
}

async function hashInPool(run: Run): Promise<void> {
  const { signal, concurrency } = run.options;
  const batches = hashBatches(run.requests);
  const pool = createHashPool(Math.min(concurrency ?? Math.min(availableParallelism(), 8), batches.length));
  const stop = new SharedArrayBuffer(4);
  const onAbort = (): void => {
    Atomics.store(new Int32Array(stop), 0, 1);
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.all(
      batches.map(async (batch) => {
        const files = batch.map((index) => run.requests[index] as HashRequest);
        let told = 0;
        const report = await pool.run({ type: "files", files: files.map(orderOf), stop }, (bytes) => {
          told += bytes;
          run.advance(bytes);
        });
        throwIfAborted(signal, "hashing");
        if (report.type !== "done") return;
        run.advance(files.reduce((sum, file) => sum + file.size, -told));
        for (const [at, index] of batch.entries())
          run.outcomes[index] = outcomeOf(report.outcomes[at] as RawOutcome, files[at] as HashRequest);
      }),
    );
  } finally {
    signal?.removeEventListener("abort", onAbort);
    onAbort();
    await pool[Symbol.asyncDispose]();
  }
}

/**
 * Digests of files, in the order of the requests. A file that fails is an outcome, not a throw: all bad ones are named at once.
 * Up to 64 MiB in all are read in this thread, in batches with a pause between them; more goes to worker threads.
 * @throws BaleError `INTERRUPTED` when the signal aborts, within one mebibyte of reading
 */
export async function hashFiles(
  requests: readonly HashRequest[],
  options: HashOptions = {},
): Promise<readonly HashOutcome[]> {
  const total = requests.reduce((sum, { size }) => sum + size, 0);
  const outcomes: (HashOutcome | undefined)[] = new Array(requests.length).fill(undefined);
  if (requests.length === 0) return [];
  const { onProgress, task = 0 } = options;
  let done = 0;
  const advance = (bytes: number): void => {
    done += bytes;
    onProgress?.({ type: "task-advance", task, done });
  };
  onProgress?.({ type: "task-start", task, kind: "hash", total, unit: "bytes" });
  try {
    const run: Run = { requests, outcomes, options, advance };
    await (total > POOL_FROM_BYTES ? hashInPool(run) : hashHere(run));
  } catch (error) {
    const outcome = BaleError.is(error, "INTERRUPTED") ? "cancelled" : "failed";
    onProgress?.({ type: "task-end", task, outcome });
    throw error;
  }
  onProgress?.({ type: "task-end", task, outcome: "completed" });
  return outcomes as HashOutcome[];
}
