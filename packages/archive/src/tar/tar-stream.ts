import { TAR_END, type TarEntry, tarHeader, tarHeaderLength, tarPadding } from "@bale/core";
import { BaleError, type ByteStream } from "@bale/spec";
import { blocks } from "../blocks.js";

export interface TarSource {
  readonly entry: TarEntry;
  /** Exactly `entry.size` bytes; asked for once, and not at all where there are none. */
  readonly open: () => ByteStream;
}

// Headers and small files are gathered, so that writing costs a call for each MiB and not for each of them.
const WRITE_BYTES = 1024 * 1024;

async function* parts(sources: Iterable<TarSource> | AsyncIterable<TarSource>): ByteStream {
  for await (const { entry, open } of sources) {
    yield tarHeader(entry);
    if (entry.size === 0) continue;
    let size = 0;
    for await (const chunk of open()) {
      size += chunk.length;
      yield chunk;
    }
    if (size !== entry.size)
      throw new BaleError({
        code: "SIZE_MISMATCH",
        message: `${JSON.stringify(entry.path)} has another size than was announced`,
        why: `${size} bytes, and not ${entry.size}`,
        context: { path: entry.path },
      });
    yield new Uint8Array(tarPadding(size));
  }
  yield TAR_END;
}

/** A tar of these entries in this order. @throws BaleError `SIZE_MISMATCH`, and what the sources throw */
export function tarStream(sources: Iterable<TarSource> | AsyncIterable<TarSource>): ByteStream {
  return blocks(parts(sources), WRITE_BYTES);
}

/** Bytes of the tar of these entries. */
export function tarSize(entries: Iterable<TarEntry>): number {
  let size = TAR_END.length;
  for (const entry of entries) size += tarHeaderLength(entry) + entry.size + tarPadding(entry.size);
  return size;
}
