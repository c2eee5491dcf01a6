import { BaleError, type CallOptions } from "@bale/spec";
import { type GcsClient, objectPath, READ } from "./api/gcs-client.js";
import { objectSize } from "./api/object-size.js";

/** Bytes of a blob; `undefined` when there is none, or no bucket: the API words both alike. */
export async function blobSize(
  client: GcsClient,
  name: string,
  { signal }: CallOptions = {},
): Promise<number | undefined> {
  const response = await client.ask({
    method: "GET",
    path: objectPath(client.config, name),
    query: { fields: "size" },
    actions: READ,
    accept: [200, 404],
    signal,
  });
  if (response.status === 404) {
    await response.discard();
    return undefined;
  }
  const size = await objectSize(response);
  if (size !== undefined) return size;
  throw new BaleError({
    code: "SERVER",
    message: `the bucket ${client.config.bucket} does not say how large a blob is`,
    why: "the description of the object states no size",
    retry: { kind: "never" },
  });
}
