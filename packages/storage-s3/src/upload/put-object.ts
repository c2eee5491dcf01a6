import type { CallOptions } from "@bale/spec";
import type { Bucket } from "../api/open-bucket.js";
import { base64OfHex, PAYLOAD_STEP, type Payload, payloadMiddleware } from "../api/payload.js";
import { keepsChecksums, objectSettings } from "../write-settings.js";

/** Writes an object in one request; `guarded`: only where there is none. @throws BaleError what `ask` throws */
export async function putObject(
  bucket: Bucket,
  key: string,
  payload: Payload,
  guarded: boolean,
  { signal }: CallOptions,
): Promise<void> {
  await bucket.ask({ operation: "PutObject", key, signal }, ({ sdk, client, base }, options) => {
    const command = new sdk.PutObjectCommand({
      ...base,
      ...objectSettings(bucket.config),
      Key: key,
      ...(guarded ? { IfNoneMatch: "*" } : {}),
      ...(keepsChecksums(bucket.config) ? { ChecksumSHA256: base64OfHex(payload.sha256) } : {}),
    });
    command.middlewareStack.add(payloadMiddleware(payload), PAYLOAD_STEP);
    return client.send(command, options);
  });
}
