import type { ByteSource } from "@bale/spec";
import type { Bucket } from "../api/open-bucket.js";
import { base64OfHex, PAYLOAD_STEP, type Payload, payloadMiddleware } from "../api/payload.js";
import { keepsChecksums } from "../write-settings.js";
import type { BufferPool } from "./buffer-pool.js";
import { isSamePart, type StoredPart } from "./find-upload.js";
import type { Part } from "./plan-parts.js";
import { type ReadyPart, readParts } from "./read-parts.js";

/** As CompleteMultipartUpload names it. */
export interface SentPart {
  readonly PartNumber: number;
  readonly ETag: string;
  readonly ChecksumSHA256?: string;
}
export interface SendParts {
  readonly bucket: Bucket;
  readonly key: string;
  readonly uploadId: string;
  readonly source: ByteSource;
  readonly parts: readonly Part[];
  /** What the store has of this upload already. */
  readonly stored: ReadonlyMap<number, StoredPart>;
  readonly atOnce: number;
  readonly pool: BufferPool;
  readonly signal: AbortSignal | undefined;
  /** Absolute count of bytes that the store has or is getting. */
  readonly onBytes?: ((sent: number) => void) | undefined;
}

async function sendPart(
  { bucket, key, uploadId }: SendParts,
  number: number,
  payload: Payload,
  signal: AbortSignal,
): Promise<string> {
  const output = await bucket.ask(
    { operation: "UploadPart", key, signal },
    ({ sdk, client, base }, options) => {
      const command = new sdk.UploadPartCommand({
        ...base,
        Key: key,
        UploadId: uploadId,
        PartNumber: number,
        ...(keepsChecksums(bucket.config) ? { ChecksumSHA256: base64OfHex(payload.sha256) } : {}),
      });
      command.middlewareStack.add(payloadMiddleware(payload), PAYLOAD_STEP);
      return client.send(command, options);
    },
  );
  return output.ETag ?? "";
}

/** Adds up what parts report of themselves. */
function createCounter(onBytes: SendParts["onBytes"]): {
  readonly onWay: (part: Part, bytes: number) => void;
  readonly arrived: (part: Part) => void;
} {
  const onWay = new Map<number, number>();
  let arrived = 0;
  const report = (): void => onBytes?.([...onWay.values()].reduce((sum, one) => sum + one, arrived));
  return {
    onWay: ({ number }, bytes) => {
      onWay.set(number, bytes);
      report();
    },
    arrived: ({ number, start, endExclusive }) => {
      onWay.delete(number);
      arrived += endExclusive - start;
      report();
    },
  };
}

/** Sends the parts that the store does not have, some of them at once. The first failure stops the others, and is thrown when all have ended. */
export async function sendParts(send: SendParts): Promise<readonly SentPart[]> {
  const { bucket, source, parts, pool, stored, atOnce } = send;
  const stop = new AbortController();
  const signal = send.signal ? AbortSignal.any([send.signal, stop.signal]) : stop.signal;
  const counter = createCounter(send.onBytes);
  const sent: SentPart[] = [];
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
    stop.abort();
  };

  const handle = async ({ part, payload, md5, release }: ReadyPart): Promise<void> => {
    try {
      const there = stored.get(part.number);
      const onBytes = (bytes: number): void => counter.onWay(part, bytes);
      const etag =
        there && isSamePart(there, { size: payload.size, sha256: payload.sha256, md5 })
          ? there.etag
          : await sendPart(send, part.number, { ...payload, onBytes }, signal);
      const sum = keepsChecksums(bucket.config) ? { ChecksumSHA256: base64OfHex(payload.sha256) } : {};
      sent.push({ PartNumber: part.number, ETag: etag, ...sum });
      counter.arrived(part);
    } finally {
      release();
    }
  };

  const wantsMd5 = ({ number }: Part): boolean => {
    const there = stored.get(number);
    return there !== undefined && there.sha256 === undefined;
  };
  try {
    for await (const ready of readParts({ source, parts, pool, wantsMd5, signal })) {
      const job: Promise<void> = handle(ready)
        .catch(fail)
        .finally(() => running.delete(job));
      running.add(job);
      while (running.size >= atOnce) await Promise.race(running);
      if (failure) break;
    }
  } catch (error) {
    fail(error);
  }
  await Promise.all(running);
  if (failure) throw failure.error;
  return sent.sort((a, b) => a.PartNumber - b.PartNumber);
}
