import { BaleError, type BlobRef, type ByteStream, type FileRow } from "@bale/spec";
import type { BlobStore } from "@bale/storage";
import { decodeStream } from "./decode-members.js";

/** The store that holds a blob, opened when it is first needed. */
export type StoreOf = (blob: BlobRef) => Promise<BlobStore>;
/** Told of stored bytes as they come over the wire. */
export type CountBytes = (length: number) => void;

export async function* counted(stream: ByteStream, count: CountBytes): ByteStream {
  for await (const chunk of stream) {
    count(chunk.length);
    yield chunk;
  }
}

export function unknownForm(row: FileRow): BaleError {
  return new BaleError({
    code: "UNSUPPORTED",
    message: `${JSON.stringify(row.path)} is stored in a form that this version does not know`,
    fix: "update bale",
    context: { path: row.path },
  });
}

/** The content of one file, extent by extent. @throws BaleError `UNSUPPORTED`, and what stores report */
export async function* readExtents(
  row: FileRow,
  ports: { readonly storeOf: StoreOf },
  signal: AbortSignal | undefined,
  count: CountBytes = () => {},
): AsyncGenerator<Uint8Array> {
  if (row.unknownExtents) throw unknownForm(row);
  for (const extent of row.extents) {
    const store = await ports.storeOf(extent.blob);
    const whole = extent.offset === 0 && extent.length === extent.blob.size;
    const range = whole ? undefined : { start: extent.offset, endExclusive: extent.offset + extent.length };
    const stored = counted(store.get(extent.blob, { signal, ...(range ? { range } : {}) }), count);
    if (extent.member) yield* decodeStream(stored, extent.member.skip, extent.member.take);
    else yield* stored;
  }
}
