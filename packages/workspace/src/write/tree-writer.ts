import { hash, randomBytes } from "node:crypto";
import { mkdirSync, symlinkSync, unlinkSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { linkTargetProblem } from "@bale/core";
import {
  BaleError,
  type BundlePath,
  type ByteStream,
  type CallOptions,
  comparePaths,
  type Digest,
  type LongCallOptions,
} from "@bale/spec";
import { controlPaths } from "../control-folder.js";
import { createHashPool, type HashPool } from "../hash-pool.js";
import { errnoOf, localError, throwIfAborted } from "../local-error.js";
import { writeNewFile } from "../write-atomic.js";
import { checkChanges } from "./check-changes.js";
import { createKeptFiles } from "./kept-files.js";
import { checkDigest, createPendingFile, type PendingFile } from "./pending-file.js";
import { createSafeFolders } from "./safe-folders.js";
import { createTreeChanges } from "./tree-changes.js";
import type { WritableTree } from "./writable-tree.js";
import { modeOf, type RemoveRequest, type WriteRequest } from "./write-request.js";

/**
 * Changes the working tree in two steps: everything is staged, and checked against its digest, in `.bale/tmp`; `commit` then only renames.
 * Until `commit` nothing in the tree has changed. Dispose removes what was not committed.
 */
export interface TreeWriter extends AsyncDisposable {
  /** @throws BaleError `DIGEST_MISMATCH`, `SIZE_MISMATCH`, `NO_SPACE`, `IO` */
  readonly stageBytes: (request: WriteRequest, bytes: Uint8Array) => Promise<void>;
  /** Large files are hashed in a thread behind the writer. @throws as `stageBytes`, and what the stream throws */
  readonly stageStream: (request: WriteRequest, content: ByteStream, options?: CallOptions) => Promise<void>;
  /** For content that comes in several ranges at once. `stagePending` ends it. */
  readonly begin: (request: WriteRequest) => PendingFile;
  readonly stagePending: (request: WriteRequest, pending: PendingFile) => Promise<void>;
  /** Made last. Where the disk has no links: a file that holds the target. @throws BaleError `LINK_UNSAFE`, `DIGEST_MISMATCH` */
  readonly stageLink: (request: WriteRequest, target: string) => void;
  readonly stageRemove: (request: RemoveRequest) => void;
  /** Same bytes, other executable bit. */
  readonly stageKind: (request: WriteRequest) => void;
  /**
   * Looks at every place first, then removes, writes, and makes links; parents that removals left empty go too. New stats are in the cache.
   * Killed in between, each path has its old or its new content, and the same command finishes the work.
   * @throws BaleError `FILE_CHANGED`, `WOULD_OVERWRITE`, `SYMLINK_PARENT`, `PERMISSION`, `NO_SPACE`, `INTERRUPTED`, `IO`
   */
  readonly commit: (options?: LongCallOptions) => Promise<CommitResult>;
}
export interface CommitResult {
  readonly written: number;
  readonly removed: number;
  /** Name in `.bale/replaced` when anything was kept. */
  readonly keptId?: string | undefined;
}
export interface TreeWriterOptions {
  /** For people who look at what was replaced: `pull ghcr.io/acme/app:v2`. */
  readonly reason?: string | undefined;
  /** Where files are staged; absolute, and best on the same disk. Default: `.bale/tmp`. */
  readonly temporary?: string | undefined;
}

interface Staged {
  readonly request: WriteRequest;
  readonly temporary: string;
}
const BREATHE_EVERY = 256;

function byPath(a: { readonly request: WriteRequest }, b: { readonly request: WriteRequest }): number {
  return comparePaths(a.request.path, b.request.path);
}

function checkSize(request: WriteRequest, size: number): void {
  if (request.state.size === size) return;
  throw new BaleError({
    code: "SIZE_MISMATCH",
    message: `${size} bytes came for ${request.path} instead of ${request.state.size}`,
    context: { path: request.path, expected: request.state.size, actual: size },
  });
}

function removeIfThere(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    // Committed before the rest was cut short, most likely.
    if (errnoOf(error) !== "ENOENT") throw localError(error, file, "removing");
  }
}

function foldersAbove(paths: Iterable<BundlePath>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths)
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  return folders;
}

/** The one door to the working tree. @throws BaleError `INTERNAL` without the lock; `NO_SPACE`, `PERMISSION`, `IO` */
export async function createTreeWriter(
  workspace: WritableTree,
  options: TreeWriterOptions = {},
): Promise<TreeWriter> {
  if (!workspace.lock?.isHeld())
    throw new BaleError({ code: "INTERNAL", message: "the working tree was to be written without the lock" });
  const folder = options.temporary ?? controlPaths(workspace.root).temporary;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw localError(error, folder, "making");
  }
  const sync = workspace.fsync === "always";
  const files: Staged[] = [];
  const links: Staged[] = [];
  const kinds: { readonly request: WriteRequest }[] = [];
  const removes: RemoveRequest[] = [];
  const pendings = new Set<PendingFile>();
  let pool: HashPool | undefined;
  const usePool = (): HashPool => {
    pool ??= createHashPool(Math.min(availableParallelism(), 4));
    return pool;
  };
  // One random part for all: asking for randomness once a file is a tenth of writing a small one.
  const prefix = join(folder, `write.${process.pid}.${randomBytes(3).toString("hex")}`);
  let count = 0;
  const newTemporary = (): string => `${prefix}${(count++).toString(16).padStart(6, "0")}.tmp`;

  const begin = (request: WriteRequest): PendingFile => {
    const pending = createPendingFile({
      temporary: newTemporary(),
      label: request.path,
      size: request.state.size,
      mode: modeOf(request.state.kind),
      sync,
      pool: usePool,
    });
    pendings.add(pending);
    return pending;
  };
  const stagePending = async (request: WriteRequest, pending: PendingFile): Promise<void> => {
    await pending.finish(request.state.digest);
    pendings.delete(pending);
    files.push({ request, temporary: pending.temporary });
  };
  const writeSmall = (request: WriteRequest, bytes: Uint8Array): Staged => {
    checkSize(request, bytes.length);
    checkDigest(`sha256:${hash("sha256", bytes)}` as Digest, request.state.digest, request.path);
    const temporary = newTemporary();
    writeNewFile(temporary, bytes, { sync, mode: modeOf(request.state.kind), label: request.path });
    return { request, temporary };
  };
  const makeLink = (request: WriteRequest, target: string): Staged => {
    if (!workspace.state.capabilities.symlinks) return writeSmall(request, Buffer.from(target, "utf8"));
    const temporary = newTemporary();
    try {
      symlinkSync(target, temporary);
    } catch (error) {
      throw localError(error, request.path, "making the link");
    }
    return { request, temporary };
  };

  const commit = async ({ signal }: LongCallOptions): Promise<CommitResult> => {
    const writes = [...files.sort(byPath), ...links.sort(byPath)];
    checkChanges(
      workspace,
      [...writes, ...kinds].map(({ request }) => request),
      removes,
    );
    const needed = foldersAbove([...writes, ...kinds].map(({ request }) => request.path));
    const kept = createKeptFiles(workspace, options.reason ?? "");
    const folders = createSafeFolders(workspace.root);
    const changes = createTreeChanges(workspace, folders, kept);
    const steps = [
      ...removes.map((request) => () => changes.remove(request, (each) => needed.has(each))),
      ...writes.map(
        ({ request, temporary }) =>
          () =>
            changes.place(request, temporary),
      ),
      ...kinds.map(
        ({ request }) =>
          () =>
            changes.setKind(request),
      ),
    ];
    try {
      for (const [index, step] of steps.entries()) {
        if (index % BREATHE_EVERY === 0) {
          throwIfAborted(signal, "writing files");
          await breathe();
        }
        step();
      }
    } finally {
      folders[Symbol.dispose]();
      kept.close();
    }
    const result = { written: writes.length + kinds.length, removed: removes.length };
    for (const done of [files, links, kinds, removes]) done.length = 0;
    const keptId = kept.id();
    return keptId === undefined ? result : { ...result, keptId };
  };
  return {
    begin,
    stagePending,
    stageBytes: async (request, bytes) => {
      files.push(writeSmall(request, bytes));
    },
    async stageStream(request, content, { signal } = {}) {
      const pending = begin(request);
      let position = 0;
      try {
        for await (const chunk of content) {
          throwIfAborted(signal, "writing");
          pending.write(chunk, position);
          position += chunk.length;
        }
        checkSize(request, position);
      } catch (error) {
        pending.abort();
        pendings.delete(pending);
        throw error;
      }
      await stagePending(request, pending);
    },
    stageLink(request, target) {
      const problem = linkTargetProblem(request.path, target);
      if (problem)
        throw new BaleError({
          code: "LINK_UNSAFE",
          message: `${request.path} is a link that is not made`,
          why: problem,
          context: { path: request.path, target },
        });
      checkDigest(`sha256:${hash("sha256", target)}` as Digest, request.state.digest, request.path);
      links.push(makeLink(request, target));
    },
    stageRemove: (request) => {
      removes.push(request);
    },
    stageKind: (request) => {
      kinds.push({ request });
    },
    commit: (callOptions = {}) => commit(callOptions),
    async [Symbol.asyncDispose]() {
      for (const pending of pendings) pending.abort();
      for (const { temporary } of [...files, ...links]) removeIfThere(temporary);
      await pool?.[Symbol.asyncDispose]();
    },
  };
}
