import { mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BaleError, type BundlePath, type Digest, digestHex, type FileRow } from "@bale/spec";
import { nodeHasher, nodeInflater } from "@bale/storage";
import type { BundlePorts } from "./bundle/bundle.js";
import type { FileSink, IndexCache, StagingArea } from "./ports.js";

/** A cache in memory. */
export function memoryCache(): IndexCache & { readonly objects: Map<Digest, Uint8Array> } {
  const objects = new Map<Digest, Uint8Array>();
  return {
    objects,
    get: async (digest) => objects.get(digest),
    put: async (digest, bytes) => {
      objects.set(digest, bytes);
    },
  };
}

export function bundlePorts(): BundlePorts {
  return { cache: memoryCache(), hasher: nodeHasher, inflater: nodeInflater };
}

export interface TestStaging extends StagingArea, AsyncDisposable {
  readonly folder: string;
  /** Writers that were neither committed nor aborted. */
  readonly open: () => number;
}

/** A staging area in a folder of its own. */
export async function testStaging(): Promise<TestStaging> {
  const folder = await mkdtemp(join(tmpdir(), "bale-staging-"));
  let made = 0;
  let open = 0;
  return {
    folder,
    open: () => open,
    create: async () => {
      const chunks: Uint8Array[] = [];
      const temporary = join(folder, `${++made}.tmp`);
      open++;
      return {
        write: async (chunk) => {
          chunks.push(Uint8Array.from(chunk));
        },
        commit: async (digest) => {
          open--;
          const path = join(folder, digestHex(digest));
          await writeFile(temporary, Buffer.concat(chunks));
          await rename(temporary, path);
          return { path, size: (await stat(path)).size };
        },
        abort: async () => {
          open--;
        },
      };
    },
    find: async (digest) => {
      const path = join(folder, digestHex(digest));
      try {
        return { path, size: (await stat(path)).size };
      } catch {
        return undefined;
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface CollectingSink extends FileSink {
  readonly files: Map<BundlePath, { readonly row: FileRow; readonly bytes: Buffer }>;
}

/** Keeps what it gets, once size and digest are right. */
export function collectingSink(): CollectingSink {
  const files: CollectingSink["files"] = new Map();
  return {
    files,
    write: async (row, content) => {
      const chunks: Uint8Array[] = [];
      // Copied at once: a chunk's memory may be used again.
      if (content instanceof Uint8Array) chunks.push(Uint8Array.from(content));
      else for await (const chunk of content) chunks.push(Uint8Array.from(chunk));
      const bytes = Buffer.concat(chunks);
      if (bytes.length !== row.size || nodeHasher.digest(bytes) !== row.digest)
        throw new BaleError({ code: "DIGEST_MISMATCH", message: `${row.path} has other bytes` });
      if (files.has(row.path)) throw new Error(`${row.path} was written twice`);
      files.set(row.path, { row, bytes });
    },
  };
}
