import type { CallOptions } from "@bale/spec";
import type { Bucket } from "../api/open-bucket.js";
import { base64OfHex, PAYLOAD_STEP, type Payload, payloadMiddleware } from "../api/payload.js";
import { TransportFailure } from "../api/request-handler.js";
import { statObject } from "../stat.js";
import { keepsChecksums, objectSettings } from "../write-settings.js";

/**
 * Writes an object in one request; `guarded`: only where there is none. A connection that breaks may have hidden an answer: a store that refuses by
 * the condition answers before it has read the body, and closes (measured with versitygw). So the next try begins with a look.
 * @throws BaleError what `ask` throws
 */
export async function putObject(
  bucket: Bucket,
  key: string,
  payload: Payload,
  guarded: boolean,
  { signal }: CallOptions,
): Promise<void> {
  let broken = false;
  await bucket.ask({ operation: "PutObject", key, signal }, async ({ sdk, client, base }, options) => {
    if (broken && (await statObject(bucket, key, { signal }))?.size === payload.size) return;
    const command = new sdk.PutObjectCommand({
      ...base,
      ...objectSettings(bucket.config),
      Key: key,
      ...(guarded ? { IfNoneMatch: "*" } : {}),
      ...(keepsChecksums(bucket.config) ? { ChecksumSHA256: base64OfHex(payload.sha256) } : {}),
    });
    command.middlewareStack.add(payloadMiddleware(payload), PAYLOAD_STEP);
    try {
      await client.send(command, options);
    } catch (error) {
      broken = error instanceof TransportFailure;
      throw error;
    }
  });
}
