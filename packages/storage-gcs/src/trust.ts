import type { StoreTrust } from "@bale/spec";
import type { GcsConfig } from "./config.js";
import { USUAL_ENDPOINT } from "./config-grammar.js";

/** One line for each place. A bundle may lead to Google's own address, and nowhere else unless the user says so. */
export function trustOf({ bucket, endpoint, prefix }: GcsConfig): StoreTrust {
  const place = `gcs://${bucket}${prefix === undefined ? "" : `/${prefix}`}`;
  return endpoint === USUAL_ENDPOINT
    ? { kind: "public", line: place }
    : { kind: "needs-consent", line: `${place} at ${endpoint}` };
}

/** What a reader needs to find the blobs. The storage class is the writer's matter, and left to `bale.yaml`. */
export function describeStore(config: GcsConfig): Readonly<Record<string, string | boolean>> {
  const { bucket, endpoint, prefix, publicReads } = config;
  return {
    bucket,
    ...(prefix === undefined ? {} : { prefix }),
    ...(endpoint === USUAL_ENDPOINT ? {} : { endpoint }),
    ...(publicReads === undefined ? {} : { publicReads }),
  };
}
