import { BaleError, type ByteSource, type Digest, type LongCallOptions } from "@bale/spec";
import { type BlobStore, createLimiter } from "@bale/storage";
import type { TaskLog } from "../progress.js";
import { refuseAborted } from "../stopped.js";

export interface UploadJob {
  readonly blob: { readonly digest: Digest; readonly size: number };
  readonly store: BlobStore;
  readonly source: ByteSource;
  readonly label: string;
  /** Another repository of the same registry that may already hold the blob. */
  readonly mountFrom?: string | undefined;
  /** False for what was made a moment ago and cannot be there. */
  readonly mayExist: boolean;
  /** Asked when the backend says that the bytes are wrong: throws when it is the source that changed. */
  readonly recheck?: (() => Promise<void>) | undefined;
}
export interface UploadResult {
  readonly sentBlobs: number;
  readonly sentBytes: number;
  readonly reusedBlobs: number;
  readonly mountedBlobs: number;
}

async function transfer(
  job: UploadJob,
  tasks: TaskLog,
  signal: AbortSignal,
): Promise<"sent" | "reused" | "mounted"> {
  if (job.mayExist && (await job.store.has(job.blob, { signal }))) return "reused";
  if (job.mountFrom !== undefined && (await job.store.tryMount(job.blob, job.mountFrom, { signal })))
    return "mounted";
  const task = tasks.start("upload", job.label, job.blob.size, "bytes");
  try {
    const outcome = await job.store.put(job.blob, job.source, { signal, onBytes: task.advance });
    task.end(outcome === "created" ? "completed" : "reused");
    return outcome === "created" ? "sent" : "reused";
  } catch (error) {
    task.end(signal.aborted ? "cancelled" : "failed");
    if (BaleError.is(error) && error.kind === "integrity") await job.recheck?.();
    throw error;
  }
}

/** Sends blobs, several at once, each digest once. The first failure stops the others. */
export async function uploadBlobs(
  jobs: readonly UploadJob[],
  tasks: TaskLog,
  options: LongCallOptions & { readonly concurrency?: number | undefined } = {},
): Promise<UploadResult> {
  const limit = createLimiter(options.concurrency ?? 4);
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const result = { sentBlobs: 0, sentBytes: 0, reusedBlobs: 0, mountedBlobs: 0 };
  const started = new Map<BlobStore, Set<Digest>>();
  let failed: { readonly error: unknown } | undefined;
  await Promise.all(
    jobs.map((job) => {
      const known = started.get(job.store) ?? new Set<Digest>();
      started.set(job.store, known);
      if (known.has(job.blob.digest)) return undefined;
      known.add(job.blob.digest);
      return limit(async () => {
        if (failed) return;
        try {
          refuseAborted(signal);
          const outcome = await transfer(job, tasks, signal);
          if (outcome === "reused") result.reusedBlobs++;
          else if (outcome === "mounted") result.mountedBlobs++;
          else {
            result.sentBlobs++;
            result.sentBytes += job.blob.size;
          }
        } catch (error) {
          failed ??= { error };
          stop.abort();
        }
      });
    }),
  );
  if (failed) throw failed.error;
  return result;
}
