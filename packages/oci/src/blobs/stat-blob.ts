import type { BlobStat, CallOptions, Digest } from "@bale/spec";
import { type RegistryExchange, send } from "../registry/registry-exchange.js";
import { openBlob } from "./open-blob.js";

/** Of a registry that gives no length to HEAD: the total in the answer to a range of one byte, or as many bytes as there are when all are read. */
async function sizeByReading(
  exchange: RegistryExchange,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<number> {
  const part = await openBlob(exchange, { digest, range: { start: 0, endExclusive: 1 }, signal });
  for await (const _ of part.bytes) break;
  if (part.total !== undefined) return part.total;
  exchange.log("debug", "the registry tells no blob's length: it is read and counted", { digest });
  let size = 0;
  for await (const chunk of (await openBlob(exchange, { digest, signal })).bytes) size += chunk.length;
  return size;
}

/** One HEAD where the registry says how long a blob is. @throws BaleError what the connection met */
export async function statBlob(
  exchange: RegistryExchange,
  digest: Digest,
  options: CallOptions & { readonly tries?: number | undefined } = {},
): Promise<BlobStat | undefined> {
  const response = await send(exchange, {
    method: "HEAD",
    target: `blobs/${digest}`,
    actions: ["pull"],
    headers: { "accept-encoding": "identity" },
    accept: [200, 404],
    tries: options.tries,
    signal: options.signal,
  });
  await response.discard();
  if (response.status === 404) return undefined;
  const length = response.headers["content-length"];
  const size =
    length !== undefined && /^[0-9]{1,15}$/.test(length)
      ? Number(length)
      : await sizeByReading(exchange, digest, options.signal);
  return exchange.profile.verifiesDigest ? { size, storedDigest: digest } : { size };
}
