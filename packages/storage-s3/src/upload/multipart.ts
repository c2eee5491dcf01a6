import { BaleError, type BlobWriteOptions, type ByteSource } from "@bale/spec";
import { isRefusal, statusOf } from "../api/explain-failure.js";
import type { Bucket } from "../api/open-bucket.js";
import { statObject } from "../stat.js";
import { keepsChecksums, objectSettings } from "../write-settings.js";
import type { BufferPool } from "./buffer-pool.js";
import { type FoundUpload, findUpload } from "./find-upload.js";
import { planParts } from "./plan-parts.js";
import { type SentPart, sendParts } from "./send-parts.js";

export interface MultipartSettings {
  readonly partSize: number;
  readonly partsAtOnce: number;
  /** Memory for parts, of all writes together. */
  readonly pool: BufferPool;
}
type Call = Pick<BlobWriteOptions, "onBytes" | "signal">;

/** Uploads that vanish while they are continued: completed or aborted by somebody else. */
const ROUNDS = 3;

/** What a store says of parts that it listed and does not take: they were sent in another way, or are gone. */
const UNFIT = ["InvalidPart", "InvalidPartOrder", "EntityTooSmall", "InvalidRequest"] as const;

async function beginUpload(bucket: Bucket, key: string, { signal }: Call): Promise<FoundUpload> {
  const output = await bucket.ask(
    { operation: "CreateMultipartUpload", key, signal },
    ({ sdk, client, base }, options) =>
      client.send(
        new sdk.CreateMultipartUploadCommand({
          ...base,
          ...objectSettings(bucket.config),
          Key: key,
          // Explicit, and then for every part: a mix is refused when it is to be completed.
          ...(keepsChecksums(bucket.config) ? { ChecksumAlgorithm: "SHA256" } : {}),
        }),
        options,
      ),
  );
  if (output.UploadId) return { id: output.UploadId, parts: new Map() };
  throw new BaleError({
    code: "CAPABILITY_MISSING",
    message: `the store gave no id for an upload of ${key}`,
    context: { bucket: bucket.config.bucket, key },
  });
}

/** Frees the room of an upload that nobody can use. Whether it works changes nothing. */
export async function abortUpload(bucket: Bucket, key: string, id: string): Promise<void> {
  await bucket
    .ask({ operation: "AbortMultipartUpload", key, once: true }, ({ sdk, client, base }, options) =>
      client.send(new sdk.AbortMultipartUploadCommand({ ...base, Key: key, UploadId: id }), options),
    )
    .catch(() => {});
}

async function completeUpload(
  bucket: Bucket,
  key: string,
  upload: { readonly id: string; readonly parts: readonly SentPart[]; readonly size: number },
  guarded: boolean,
  { signal }: Call,
): Promise<void> {
  await bucket.ask(
    { operation: "CompleteMultipartUpload", key, signal },
    async ({ sdk, client, base }, options) => {
      const output = await client.send(
        new sdk.CompleteMultipartUploadCommand({
          ...base,
          Key: key,
          UploadId: upload.id,
          ...(guarded ? { IfNoneMatch: "*" } : {}),
          ...(keepsChecksums(bucket.config) ? { MpuObjectSize: upload.size } : {}),
          MultipartUpload: { Parts: [...upload.parts] },
        }),
        options,
      );
      // The status is sent before the work is done; without this, the answer tells of no object.
      if (output.ETag === undefined && output.Key === undefined)
        throw Object.assign(new Error("UnknownError"), { $metadata: { httpStatusCode: 200 } });
    },
  );
}

interface Attempt {
  readonly bucket: Bucket;
  readonly key: string;
  readonly source: ByteSource;
  readonly settings: MultipartSettings;
  readonly guarded: boolean;
  readonly call: Call;
}

/** "gone": there is no such upload any more. "taken": an object has appeared under the key. */
async function tryUpload(attempt: Attempt, upload: FoundUpload): Promise<"created" | "gone" | "taken"> {
  const { bucket, key, source, settings, guarded, call } = attempt;
  const { size } = source;
  let completing = false;
  try {
    const parts = await sendParts({
      bucket,
      key,
      source,
      uploadId: upload.id,
      parts: [...planParts(size, settings.partSize)],
      stored: upload.parts,
      atOnce: settings.partsAtOnce,
      pool: settings.pool,
      signal: call.signal,
      onBytes: call.onBytes,
    });
    completing = true;
    const complete = (condition: boolean): Promise<void> =>
      completeUpload(bucket, key, { id: upload.id, parts, size }, condition, call);
    try {
      await complete(guarded);
    } catch (error) {
      // A condition that fails where nothing is must not cost all parts once more.
      if (!isTaken(error) || (await statObject(bucket, key, call)) !== undefined) throw error;
      await complete(false);
    }
    return "created";
  } catch (error) {
    if (isRefusal(error, "NoSuchUpload") || (statusOf(error) === 404 && !isRefusal(error, "NoSuchBucket"))) {
      // The answer to an earlier try may have been lost: then it is our own object.
      const own = completing && (await statObject(bucket, key, call))?.size === size;
      return own ? "created" : "gone";
    }
    if (upload.parts.size > 0 && isRefusal(error, ...UNFIT)) {
      await abortUpload(bucket, key, upload.id);
      return "gone";
    }
    if (isTaken(error)) {
      await abortUpload(bucket, key, upload.id);
      return "taken";
    }
    // The source is not what it was: these parts are of no use to anybody. Otherwise they wait for the next run.
    if (BaleError.is(error, "FILE_CHANGED")) await abortUpload(bucket, key, upload.id);
    throw error;
  }
}

/** 412 of S3, or 409 while another writer of the key is at it: something is or will be there. */
export function isTaken(error: unknown): boolean {
  return (
    statusOf(error) === 412 ||
    isRefusal(error, "ConditionalRequestConflict", "OperationAborted", "PreconditionFailed")
  );
}

/**
 * Writes a blob in parts, and goes on with what an earlier run left. "taken" when an object has appeared under the key meanwhile.
 * What fails for now leaves its parts for the next run.
 */
export async function writeInParts(attempt: Attempt): Promise<"created" | "taken"> {
  const { bucket, key, call } = attempt;
  let upload = await findUpload(bucket, key, call);
  for (let round = 1; ; round++) {
    upload ??= await beginUpload(bucket, key, call);
    const outcome = await tryUpload(attempt, upload);
    if (outcome !== "gone") return outcome;
    if ((await statObject(bucket, key, call)) !== undefined) return "taken";
    if (round === ROUNDS)
      throw new BaleError({
        code: "SERVER",
        message: `uploads of ${key} vanish before they are complete`,
        why: "another program or a lifecycle rule aborts them",
        context: { bucket: bucket.config.bucket, key },
      });
    upload = undefined;
  }
}
