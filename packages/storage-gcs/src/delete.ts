import type { CallOptions } from "@bale/spec";
import { type GcsClient, objectPath, WRITE } from "./api/gcs-client.js";

/** Deleting what is not there succeeds. */
export async function deleteBlob(
  client: GcsClient,
  name: string,
  { signal }: CallOptions = {},
): Promise<void> {
  signal?.throwIfAborted();
  const response = await client.ask({
    method: "DELETE",
    path: objectPath(client.config, name),
    actions: [...WRITE, "delete"],
    accept: [200, 204, 404],
    signal,
  });
  await response.discard();
}
