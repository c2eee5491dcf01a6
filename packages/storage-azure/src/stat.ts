import { BaleError, type CallOptions } from "@bale/spec";
import { type AzureClient, READ } from "./api/azure-client.js";
import { errorName } from "./api/refusal.js";

/** Bytes of a blob; `undefined` when there is none. A container that is not there is an error: no blob could be put into it. */
export async function blobSize(
  client: AzureClient,
  name: string,
  { signal }: CallOptions = {},
): Promise<number | undefined> {
  const call = { method: "HEAD", name, actions: READ, accept: [200, 404], signal } as const;
  const response = await client.ask(call);
  await response.discard();
  if (response.status === 404) {
    const missing = errorName(response);
    if (missing === undefined || missing === "BlobNotFound") return undefined;
    throw await client.refusal(response, call);
  }
  const size = Number(response.headers["content-length"]);
  if (Number.isSafeInteger(size)) return size;
  throw new BaleError({
    code: "SERVER",
    message: `the account ${client.config.account} does not say how large a blob is`,
    why: "its answer has no Content-Length",
    retry: { kind: "never" },
  });
}
