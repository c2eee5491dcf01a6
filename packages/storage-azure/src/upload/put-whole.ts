import type { BlobWriteOptions, ByteSource } from "@bale/spec";
import { exactSource } from "@bale/storage";
import { type AzureCall, type AzureClient, WRITE } from "../api/azure-client.js";
import { saysExists } from "../api/refusal.js";
import { contentHeaders } from "./content-headers.js";

/** One request with all bytes: Azure keeps nothing of one that breaks. */
export async function putWhole(
  client: AzureClient,
  name: string,
  source: ByteSource,
  options: Pick<BlobWriteOptions, "onBytes" | "signal">,
): Promise<"created" | "taken"> {
  const call: AzureCall = {
    method: "PUT",
    name,
    headers: {
      ...contentHeaders(client.config),
      "x-ms-blob-type": "BlockBlob",
      // Saves sending what is there; that it is the right one, its size has to tell.
      "if-none-match": "*",
    },
    body: exactSource(source),
    actions: WRITE,
    accept: [201, 403, 409, 412],
    ...options,
  };
  const response = await client.ask(call);
  if (response.status === 201 || saysExists(response)) {
    await response.discard();
    return response.status === 201 ? "created" : "taken";
  }
  throw await client.refusal(response, call);
}
