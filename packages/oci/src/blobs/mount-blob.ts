import { BaleError, type CallOptions, type Digest, isRepositoryName } from "@bale/spec";
import { type RegistryExchange, repositoryUrl, send } from "../registry/registry-exchange.js";
import { cancelUpload, openedSession } from "./upload-session.js";

/**
 * Lets the registry take a blob from another of its repositories. Only 201 means that it did; 202 opened an upload, which is cancelled.
 * A refusal of whatever kind is an answer too (Harbor: 401 for a project that one cannot read).
 */
export async function mountBlob(
  exchange: RegistryExchange,
  digest: Digest,
  from: string,
  options: CallOptions = {},
): Promise<"mounted" | "declined"> {
  if (!exchange.profile.mount || !isRepositoryName(from)) return "declined";
  const target = repositoryUrl(exchange, "blobs/uploads/");
  target.search = `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`;
  try {
    const response = await send(exchange, {
      method: "POST",
      target,
      actions: ["pull", "push"],
      alsoPull: [from],
      body: new Uint8Array(0),
      accept: [200, 201, 202, 400, 404, 405, 409, 422],
      signal: options.signal,
    });
    await response.discard();
    if (response.status === 201) return "mounted";
    if (response.status === 202)
      await cancelUpload(exchange, openedSession(exchange, target, response), options.signal);
    return "declined";
  } catch (error) {
    if (!BaleError.is(error) || error.kind === "cancelled") throw error;
    exchange.log("debug", "a mount was declined", { digest, from, reason: error.message });
    return "declined";
  }
}
