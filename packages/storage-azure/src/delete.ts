import type { CallOptions } from "@bale/spec";
import { type AzureClient, WRITE } from "./api/azure-client.js";

/** Deleting what is not there succeeds. */
export async function deleteBlob(
  client: AzureClient,
  name: string,
  { signal }: CallOptions = {},
): Promise<void> {
  signal?.throwIfAborted();
  const call = { method: "DELETE", name, actions: [...WRITE, "delete"], accept: [202, 404], signal } as const;
  const response = await client.ask(call);
  await response.discard();
}
