import { BaleError, type BlobStat, type CallOptions, type Digest } from "@bale/spec";
import { exchangeName, type RegistryExchange, send } from "../registry/registry-exchange.js";
import { openBlob } from "./open-blob.js";

/** Of a registry that gives no length to HEAD, the total in the answer to a range of one byte. */
async function totalByRange(
  exchange: RegistryExchange,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const opened = await openBlob(exchange, { digest, range: { start: 0, endExclusive: 1 }, signal });
  for await (const _ of opened.bytes) break;
  return opened.total;
}

/** One HEAD. @throws BaleError `SERVER` when the registry does not say how long the blob is */
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
      : await totalByRange(exchange, digest, options.signal);
  if (size !== undefined) return { size, storedDigest: digest };
  throw new BaleError({
    code: "CAPABILITY_MISSING",
    message: `${exchange.registry} does not say how long a blob is`,
    why: "neither HEAD nor a range gives a length",
    context: { repository: exchangeName(exchange), digest },
  });
}
