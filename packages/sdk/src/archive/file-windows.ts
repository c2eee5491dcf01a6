import { type FileSink, fetchFiles } from "@bale/engine";
import { BaleError, type Digest, type FileRow, type LongCallOptions } from "@bale/spec";
import { nodeHasher } from "@bale/storage";
import type { RemoteTree } from "../remote/remote-tree.js";

/** Contents of small files in the order of a tar, fetched many at a time: each alone would cost a request, or a gzip member. */
export interface FileWindows {
  /** Whether a row is small enough; others are read by themselves. */
  readonly has: (row: FileRow) => boolean;
  /** The content of a row, checked. Rows are asked for in their order. */
  readonly take: (row: FileRow) => Promise<Uint8Array>;
}
interface Call extends LongCallOptions {
  readonly concurrency?: number | undefined;
}
type Contents = ReadonlyMap<Digest, Uint8Array>;

// Two windows are in memory at a time: one is written while the next one comes.
const WINDOW_BYTES = 16 * 1024 * 1024;
const WINDOW_FILES = 8_192;
const SMALL_BYTES = 2 * 1024 * 1024;

export function wrongContent(row: FileRow): BaleError {
  return new BaleError({
    code: "DIGEST_MISMATCH",
    message: `${JSON.stringify(row.path)} does not have the content that the bundle promises`,
    why: "what was written is no whole archive; do not use it",
    context: { path: row.path, expected: row.digest },
  });
}

function memorySink(contents: Map<Digest, Uint8Array>): FileSink {
  return {
    write: async (row, content) => {
      const chunks: Uint8Array[] = [];
      if (content instanceof Uint8Array) chunks.push(content);
      else for await (const chunk of content) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      if (nodeHasher.digest(bytes) !== row.digest) throw wrongContent(row);
      contents.set(row.digest, bytes);
    },
  };
}

function isSmall(row: FileRow): boolean {
  return row.kind !== "link" && row.size > 0 && row.size <= SMALL_BYTES;
}

/** Cuts rows, in their order, into windows; the number of the window of each row. */
function cut(rows: readonly FileRow[]): {
  readonly windows: FileRow[][];
  readonly windowOf: Map<FileRow, number>;
} {
  const windows: FileRow[][] = [];
  const windowOf = new Map<FileRow, number>();
  let window: FileRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (!isSmall(row)) continue;
    if (window.length === 0 || bytes + row.size > WINDOW_BYTES || window.length >= WINDOW_FILES) {
      window = [];
      bytes = 0;
      windows.push(window);
    }
    window.push(row);
    bytes += row.size;
    windowOf.set(row, windows.length - 1);
  }
  return { windows, windowOf };
}

/** `rows`: in the order in which they will be asked for. */
export function fileWindows(rows: readonly FileRow[], tree: RemoteTree, call: Call): FileWindows {
  const { windows, windowOf } = cut(rows);
  const coming = new Map<number, Promise<Contents>>();
  const fetchWindow = async (window: readonly FileRow[]): Promise<Contents> => {
    const contents = new Map<Digest, Uint8Array>();
    const once = new Map(window.map((row) => [row.digest, row]));
    const { signal, concurrency } = call;
    await fetchFiles(
      [...once.values()],
      { storeOf: tree.storeOf, sink: memorySink(contents) },
      { signal, concurrency },
    );
    return contents;
  };
  const begin = (index: number): Promise<Contents> | undefined => {
    const window = windows[index];
    const known = coming.get(index);
    if (known || !window) return known;
    const started = fetchWindow(window);
    // Whoever asks for a row of it gets the failure; until then nobody listens.
    started.catch(() => undefined);
    coming.set(index, started);
    return started;
  };
  return {
    has: (row) => windowOf.has(row),
    take: async (row) => {
      const index = windowOf.get(row) ?? 0;
      for (const old of coming.keys()) if (old < index) coming.delete(old);
      const window = begin(index);
      begin(index + 1);
      const bytes = (await window)?.get(row.digest);
      if (!bytes) throw new BaleError({ code: "INTERNAL", message: `not fetched: ${row.path}` });
      return bytes;
    },
  };
}
