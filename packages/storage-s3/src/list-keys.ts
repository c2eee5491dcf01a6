import { BaleError } from "@bale/spec";
import type { Bucket } from "./api/open-bucket.js";

export function endlessListing(bucket: string): BaleError {
  return new BaleError({
    code: "LIMIT",
    message: `the listing of the bucket ${bucket} does not get on`,
    why: "the store answers with the same page again",
    context: { bucket },
  });
}

export interface ListedKey {
  readonly key: string;
  readonly size: number;
}
export interface ListKeys {
  readonly prefix: string;
  readonly after?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}
interface Page {
  readonly Contents?:
    | readonly { readonly Key?: string | undefined; readonly Size?: number | undefined }[]
    | undefined;
  readonly IsTruncated?: boolean | undefined;
}

/** Keys that begin with a prefix, in the order of their bytes, one page of a thousand in memory at a time. */
export async function* listKeys(
  bucket: Bucket,
  { prefix, after, signal }: ListKeys,
): AsyncGenerator<ListedKey> {
  let startAfter = after;
  for (;;) {
    const page: Page = await bucket.ask(
      { operation: "ListObjectsV2", signal },
      ({ sdk, client, base }, options) =>
        client.send(
          new sdk.ListObjectsV2Command({
            ...base,
            Prefix: prefix,
            ...(startAfter === undefined ? {} : { StartAfter: startAfter }),
          }),
          options,
        ),
    );
    const rows = page.Contents ?? [];
    for (const { Key: key, Size: size } of rows) {
      signal?.throwIfAborted();
      if (key !== undefined && size !== undefined) yield { key, size };
    }
    if (!page.IsTruncated) return;
    const last = rows.at(-1)?.Key;
    // The last key is a place to go on from, whatever token a gateway makes of it.
    if (last === undefined || (startAfter !== undefined && last <= startAfter))
      throw endlessListing(bucket.config.bucket);
    startAfter = last;
  }
}
