import { BaleError, type BlobStat, type CallOptions } from "@bale/spec";
import type { Requests } from "./requests.js";

/**
 * The size of a file; `undefined` where there is none. Asked for by its first byte: servers answer HEAD in ways that
 * HTTP does not know, with a body below a 404 for one.
 */
export async function stat(
  requests: Requests,
  path: string,
  { signal }: CallOptions,
): Promise<BlobStat | undefined> {
  const answer = await requests.send("GET", path, {
    signal,
    headers: { range: "bytes=0-0" },
    accept: [200, 206, 404, 409, 416],
  });
  await answer.discard();
  const { status, headers } = answer;
  if (status === 404 || status === 409) return undefined;
  // A file of no bytes has no first one. Servers that know no ranges send all of it, which is not read.
  if (status === 416) return { size: 0 };
  const size =
    status === 206 ? /\/(\d+)$/.exec(headers["content-range"] ?? "")?.[1] : headers["content-length"];
  if (size !== undefined) return { size: Number(size) };
  throw new BaleError({
    code: "RANGE_INVALID",
    message: "the WebDAV server does not say how large a file is",
  });
}
