import { BaleError, type ByteStream, type FileRow, type Hasher, type LongCallOptions } from "@bale/spec";
import { type FetchPorts, type FetchResult, fetchFiles } from "./fetch/fetch-files.js";
import type { FileSink } from "./ports.js";

/** A sink that keeps nothing: it only compares size and digest with the row. */
export function verifyingSink(hasher: Hasher): FileSink {
  return {
    write: async (row, content) => {
      const hash = hasher.begin();
      let size = 0;
      for await (const chunk of asStream(content)) {
        hash.update(chunk);
        size += chunk.length;
      }
      if (size !== row.size || hash.finish() !== row.digest)
        throw new BaleError({
          code: "DIGEST_MISMATCH",
          message: `${JSON.stringify(row.path)} does not have the content that the bundle promises`,
          context: { path: row.path, expected: row.digest },
        });
    },
  };
}

async function* asStream(content: ByteStream | Uint8Array): ByteStream {
  if (content instanceof Uint8Array) yield content;
  else yield* content;
}

/** Reads every byte of the rows from their stores and checks it. @throws BaleError as `fetchFiles` */
export async function verifyFiles(
  rows: Iterable<FileRow>,
  ports: Omit<FetchPorts, "sink"> & { readonly hasher: Hasher },
  options: LongCallOptions & { readonly concurrency?: number | undefined } = {},
): Promise<FetchResult> {
  return fetchFiles(rows, { storeOf: ports.storeOf, sink: verifyingSink(ports.hasher) }, options);
}
