import type { BlobWriteOptions, ByteSource } from "@bale/spec";
import { exactSource } from "@bale/storage";
import { type GcsCall, type GcsClient, uploadPath, WRITE } from "../api/gcs-client.js";
import { objectSize } from "../api/object-size.js";
import type { UploadOutcome } from "./outcome.js";

/** One request with all bytes: nothing is kept of one that breaks. */
export async function putWhole(
  client: GcsClient,
  name: string,
  source: ByteSource,
  options: Pick<BlobWriteOptions, "onBytes" | "signal">,
): Promise<UploadOutcome> {
  const call: GcsCall = {
    method: "POST",
    path: uploadPath(client.config),
    // Generation 0: only where there is none. Saves sending what is there; that it is the right one, its size has to tell.
    query: { uploadType: "media", name, ifGenerationMatch: "0", fields: "size" },
    headers: { "content-type": "application/octet-stream" },
    body: exactSource(source),
    actions: WRITE,
    accept: [200, 403, 412],
    ...options,
  };
  const response = await client.ask(call);
  if (response.status === 200) return { kind: "created", size: await objectSize(response) };
  if (response.status === 403) return { kind: "refused", error: await client.refusal(response, call) };
  await response.discard();
  return { kind: "taken" };
}
