import type { ByteSource } from "@bale/spec";
import type { Bucket } from "../api/open-bucket.js";
import { base64OfHex, PAYLOAD_STEP, type Payload, payloadMiddleware } from "../api/payload.js";
import { keepsChecksums } from "../write-settings.js";
import { isSamePart, type StoredPart } from "./find-upload.js";
import { partPayload } from "./part-payload.js";
import type { Part } from "./plan-parts.js";

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
  readonly parts: Iterable<Part>;
  /** What the store has of this upload already. */
  readonly stored: ReadonlyMap<number, StoredPart>;
  readonly atOnce: number;
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

/** Sends the parts that the store does not have, some of them at once. The first failure stops the others, and is thrown when all have ended. */
export async function sendParts(send: SendParts): Promise<readonly SentPart[]> {
  const { bucket, source, stored, atOnce, onBytes } = send;
  const stop = new AbortController();
  const signal = send.signal ? AbortSignal.any([send.signal, stop.signal]) : stop.signal;
  const sent: SentPart[] = [];
  const onWay = new Map<number, number>();
  let done = 0;
  const count = (number: number, bytes: number): void => {
    onWay.set(number, bytes);
    onBytes?.([...onWay.values()].reduce((sum, one) => sum + one, done));
  };

  const handle = async (part: Part): Promise<void> => {
    signal.throwIfAborted();
    const { number } = part;
    const there = stored.get(number);
    const payload = await partPayload(source, part, {
      md5: there !== undefined && there.sha256 === undefined,
      signal,
    });
    const etag =
      there && isSamePart(there, payload)
        ? there.etag
        : await sendPart(send, number, { ...payload, onBytes: (bytes) => count(number, bytes) }, signal);
    sent.push({
      PartNumber: number,
      ETag: etag,
      ...(keepsChecksums(bucket.config) ? { ChecksumSHA256: base64OfHex(payload.sha256) } : {}),
    });
    onWay.delete(number);
    done += payload.size;
    onBytes?.([...onWay.values()].reduce((sum, one) => sum + one, done));
  };

  const parts = send.parts[Symbol.iterator]();
  let failure: { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    for (let next = parts.next(); !next.done && !failure; next = parts.next()) {
      try {
        await handle(next.value);
      } catch (error) {
        failure ??= { error };
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, work));
  if (failure) throw failure.error;
  return sent.sort((a, b) => a.PartNumber - b.PartNumber);
}
