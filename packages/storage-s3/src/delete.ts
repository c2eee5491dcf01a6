import type { CallOptions } from "@bale/spec";
import { statusOf } from "./api/explain-failure.js";
import type { Bucket } from "./api/open-bucket.js";

/** Succeeds for what is not there: S3 answers 204, and some gateways 404. A bucket with versions keeps the bytes behind a marker. */
export async function deleteObject(bucket: Bucket, key: string, { signal }: CallOptions = {}): Promise<void> {
  try {
    await bucket.ask({ operation: "DeleteObject", key, signal }, ({ sdk, client, base }, options) =>
      client.send(new sdk.DeleteObjectCommand({ ...base, Key: key }), options),
    );
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}
