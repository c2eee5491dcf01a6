import type { ArchivedFile } from "@bale/archive";
import { createTaskLog, type FileSink, fetchFiles, readExtents, type StagingArea } from "@bale/engine";
import { BaleError, type ByteStream, type Digest, type FileRow, type LongCallOptions } from "@bale/spec";
import { fileSource, nodeHasher } from "@bale/storage";
import type { RemotePorts, RemoteTree } from "../remote/remote-tree.js";

interface Call extends LongCallOptions {
  readonly concurrency?: number | undefined;
  /** Nothing is fetched. */
  readonly dryRun?: boolean | undefined;
}

function wrongContent(row: FileRow): BaleError {
  return new BaleError({
    code: "DIGEST_MISMATCH",
    message: `${JSON.stringify(row.path)} does not have the content that the bundle promises`,
    why: "what was written is no whole archive; do not use it",
    context: { path: row.path, expected: row.digest },
  });
}

async function* checked(row: FileRow, content: ByteStream): ByteStream {
  const hash = nodeHasher.begin();
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.finish() !== row.digest) throw wrongContent(row);
}

async function* pieces(content: ByteStream | Uint8Array): ByteStream {
  if (content instanceof Uint8Array) yield content;
  else yield* content;
}

/** Content into the staging area, each digest once. */
function stagingSink(staging: StagingArea): FileSink {
  return {
    write: async (row, content) => {
      const writer = await staging.create();
      try {
        for await (const chunk of pieces(content)) await writer.write(chunk);
      } catch (error) {
        await writer.abort();
        throw error;
      }
      await writer.commit(row.digest);
    },
  };
}

/** From a registry, in as few requests as a pull makes; in the order of a tar each file would cost one. */
async function stage(
  rows: readonly FileRow[],
  tree: RemoteTree,
  staging: StagingArea,
  options: Call,
): Promise<void> {
  const once = new Map<Digest, FileRow>();
  for (const row of rows) if (row.kind !== "link") once.set(row.digest, row);
  const total = [...once.values()].reduce((sum, row) => sum + row.size, 0);
  const task = createTaskLog(options.onProgress).start("download", undefined, total, "bytes");
  const { signal, concurrency } = options;
  try {
    const ports = { storeOf: tree.storeOf, sink: stagingSink(staging) };
    await fetchFiles([...once.values()], ports, { signal, concurrency, onBytes: task.advance });
    task.end("completed");
  } catch (error) {
    task.end(signal?.aborted ? "cancelled" : "failed");
    throw error;
  }
}

/** Rows as files of a tar, whose content is checked on the way out. What a registry has is fetched before the first byte is written. */
export async function archivedFiles(
  rows: readonly FileRow[],
  tree: RemoteTree,
  ports: RemotePorts,
  options: Call,
): Promise<readonly ArchivedFile[]> {
  const isRemote = tree.state.reference.kind === "registry";
  if (isRemote && !options.dryRun) await stage(rows, tree, ports.staging, options);
  const contentOf = async function* (row: FileRow): ByteStream {
    const staged = isRemote ? await ports.staging.find(row.digest) : undefined;
    const { signal } = options;
    yield* staged
      ? fileSource(staged.path, { size: staged.size }).open({ signal })
      : readExtents(row, tree, signal);
  };
  return rows.map((row) => ({
    path: row.path,
    kind: row.kind,
    size: row.size,
    target: row.target,
    open: () => checked(row, contentOf(row)),
  }));
}
