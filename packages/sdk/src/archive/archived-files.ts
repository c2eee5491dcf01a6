import type { ArchivedFile } from "@bale/archive";
import { readExtents } from "@bale/engine";
import { type ByteStream, comparePaths, type FileRow, type LongCallOptions } from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import type { RemoteTree } from "../remote/remote-tree.js";
import { fileWindows, wrongContent } from "./file-windows.js";

async function* checked(row: FileRow, content: ByteStream): ByteStream {
  const hash = nodeHasher.begin();
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.finish() !== row.digest) throw wrongContent(row);
}

/**
 * Rows as files of a tar, each read when its turn has come, and checked before the tar goes on. Memory is bounded, whatever their number and size.
 * @throws BaleError in the streams: `DIGEST_MISMATCH`, `BLOB_MISSING` and what stores report
 */
export function archivedFiles(
  rows: Iterable<FileRow>,
  tree: RemoteTree,
  call: LongCallOptions & { readonly concurrency?: number | undefined },
): readonly ArchivedFile[] {
  const sorted = [...rows].sort((a, b) => comparePaths(a.path, b.path));
  const windows = fileWindows(sorted, tree, call);
  const contentOf = async function* (row: FileRow): ByteStream {
    if (windows.has(row)) yield await windows.take(row);
    else yield* checked(row, readExtents(row, tree, call.signal));
  };
  return sorted.map((row) => ({
    path: row.path,
    kind: row.kind,
    size: row.size,
    target: row.target,
    open: () => contentOf(row),
  }));
}
