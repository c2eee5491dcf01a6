import { parseManifest } from "@bale/core";
import {
  createTaskLog,
  moveTag,
  type PushOutcome,
  type TagMove,
  type UploadResult,
  uploadBlobs,
} from "@bale/engine";
import { BaleError, type Descriptor, type Digest, parseTag, type RawManifest } from "@bale/spec";
import { createBlobStore, nodeHasher } from "@bale/storage";
import { copyToArchive } from "../archive/copy-to-archive.js";
import { type ClientContext, createClientContext } from "../client/client-context.js";
import { copyAsImage } from "../image/copy-as-image.js";
import {
  lookUp,
  openTree,
  type RemotePorts,
  type RemoteState,
  requireDigest,
} from "../remote/remote-tree.js";
import { readingJob } from "../storage/move-blobs.js";
import { copyAlong, copyInline, externalTree, markUsers, refuseRegistry } from "./copy-external.js";
import { copySelection } from "./copy-selection.js";
import type { CopyOptions, CopyResult } from "./registry-types.js";

// An index may name indexes; four levels is more than any tool makes, and a cycle cannot be built from digests.
const INDEX_DEPTH = 4;
const MAX_MANIFESTS = 1_000;

export interface Copied {
  readonly raw: RawManifest;
  readonly uploads: UploadResult;
}

/** What a copy shares: where from, where to. */
export interface CopyEnds {
  readonly source: RemoteState & { readonly digest: Digest };
  readonly target: RemoteState;
}

export function addUploads(a: UploadResult, b: UploadResult): UploadResult {
  return {
    sentBlobs: a.sentBlobs + b.sentBlobs,
    sentBytes: a.sentBytes + b.sentBytes,
    reusedBlobs: a.reusedBlobs + b.reusedBlobs,
    mountedBlobs: a.mountedBlobs + b.mountedBlobs,
  };
}
export const NO_UPLOADS: UploadResult = { sentBlobs: 0, sentBytes: 0, reusedBlobs: 0, mountedBlobs: 0 };

/** Blobs from one repository's store to another's, each checked on the way; mounted where the registry is the same. */
export async function copyBlobs(
  blobs: readonly { readonly digest: Digest; readonly size: number }[],
  ends: CopyEnds,
  options: CopyOptions,
): Promise<UploadResult> {
  const from = createBlobStore(ends.source.repository.blobs, { hasher: nodeHasher });
  const to = createBlobStore(ends.target.repository.blobs, { hasher: nodeHasher });
  const mountFrom = mountSource(ends);
  const jobs = blobs.map((blob) => ({ ...readingJob(blob, from, to), mountFrom }));
  return uploadBlobs(jobs, createTaskLog(options.onProgress), {
    signal: options.signal,
    concurrency: options.concurrency,
  });
}

function mountSource({ source, target }: CopyEnds): string | undefined {
  const same =
    source.repository.registry === target.repository.registry && source.reference.kind === "registry";
  return same && source.repository.repository !== target.repository.repository
    ? source.repository.repository
    : undefined;
}

function blobsOf(parsed: ReturnType<typeof parseManifest>): readonly Descriptor[] {
  if (parsed.kind === "index") return [];
  return parsed.kind === "bundle" ? [parsed.config, ...parsed.layers] : [parsed.config, ...parsed.layers];
}

/** A manifest and all it names, children of an index first: whoever sees the parent finds them. */
async function copyManifest(
  digest: Digest,
  ends: CopyEnds,
  options: CopyOptions,
  depth: number,
  count: { value: number },
): Promise<Copied> {
  if (depth > INDEX_DEPTH || ++count.value > MAX_MANIFESTS)
    throw new BaleError({
      code: "LIMIT",
      message: "the image index is nested too deeply or too large",
      why: `at most ${INDEX_DEPTH} levels and ${MAX_MANIFESTS} manifests are copied`,
    });
  const { repository } = ends.source;
  const raw = await repository.getManifest(digest, options);
  const parsed = parseManifest(raw);
  let uploads = NO_UPLOADS;
  if (parsed.kind === "index")
    for (const child of parsed.manifests)
      uploads = addUploads(
        uploads,
        (await copyManifest(child.digest, ends, options, depth + 1, count)).uploads,
      );
  uploads = addUploads(uploads, await copyBlobs(blobsOf(parsed), ends, options));
  await ends.target.repository.putManifest(raw, options);
  return { raw, uploads };
}

/** A manifest and everything that it names, byte for byte. */
export function copyWhole(ends: CopyEnds, options: CopyOptions): Promise<Copied> {
  return copyManifest(ends.source.digest, ends, options, 0, { value: 0 });
}

/** The tags of a destination and where they are now. @throws BaleError `TAG_MOVED` when one is elsewhere and nothing is to be replaced */
export async function tagMoves(
  target: RemoteState,
  options: CopyOptions,
  digest: Digest | undefined,
): Promise<TagMove[]> {
  const names = new Set([...(target.tag ? [target.tag] : []), ...(options.tags ?? []).map(parseTag)]);
  const moves: TagMove[] = [];
  for (const tag of names) {
    const there =
      tag === target.tag ? target.digest : (await target.repository.resolve(tag, options))?.digest;
    if (there !== undefined && there !== digest && !options.force)
      throw new BaleError({
        code: "TAG_MOVED",
        message: `${target.name} exists already`,
        why: `the tag ${tag} is at ${there}`,
        fix: "choose another tag, or --force to replace it",
        context: { tag, actual: there },
      });
    moves.push({ tag, expect: there ?? "absent" });
  }
  return moves;
}

function isSelective(options: CopyOptions): boolean {
  return (options.roles?.length ?? 0) + (options.layers?.length ?? 0) + (options.paths?.length ?? 0) > 0;
}

function result(
  ends: CopyEnds,
  manifest: Digest,
  outcome: CopyResult["outcome"],
  uploads: UploadResult,
): CopyResult {
  return {
    source: ends.source.name,
    destination: ends.target.name,
    manifest,
    outcome,
    copiedBlobs: uploads.sentBlobs,
    copiedBytes: uploads.sentBytes,
    mountedBlobs: uploads.mountedBlobs,
    reusedBlobs: uploads.reusedBlobs,
  };
}

/**
 * `bale copy SRC DST`: every byte of manifest and blobs as it is, so that no digest changes; with roles, layers or paths, a
 * smaller bundle. Blobs in external stores stay where they are, unless `external` says otherwise. A tag that is there is compared like in a push.
 * @throws BaleError `NOT_FOUND`, `TAG_MOVED`, `BLOB_MISSING`, `DIGEST_MISMATCH`, `LIMIT`
 */
export async function copy(
  context: ClientContext,
  source: string,
  destination: string,
  ports: RemotePorts,
  options: CopyOptions = {},
): Promise<CopyResult> {
  const own = options.from ? createClientContext(options.from) : undefined;
  try {
    const target = context.parse(destination);
    if (target.kind === "archive") return await copyToArchive(own ?? context, source, target, ports, options);
    const from = requireDigest(await lookUp(own ?? context, (own ?? context).parse(source), options));
    const ends: CopyEnds = {
      source: from,
      target: await lookUp(context, target, options),
    };
    if (options.as === "image") {
      const tree = await openTree(own ?? context, from, ports, options);
      return await copyAsImage(tree, ends.target, ports, options);
    }
    if (isSelective(options)) {
      const tree = await openTree(own ?? context, from, ports, options);
      const moves = await tagMoves(ends.target, options, undefined);
      const copied: PushOutcome | undefined = await copySelection(tree, ends, moves, ports, options);
      return copied
        ? result(ends, copied.manifest.digest, "copied", copied)
        : result(ends, from.digest, "dry-run", NO_UPLOADS);
    }
    const { external = "keep" } = options;
    const tree = await externalTree(own ?? context, from, ports, options);
    if (tree && external === "inline") {
      const moves = await tagMoves(ends.target, options, undefined);
      if (options.dryRun) return result(ends, from.digest, "dry-run", NO_UPLOADS);
      const copied = await copyInline(own ?? context, tree, ends, moves, ports, options);
      return result(ends, copied.manifest.digest, "copied", copied);
    }
    if (external === "copy") refuseRegistry(ends.target);
    const moves = await tagMoves(ends.target, options, from.digest);
    if (options.dryRun) return result(ends, from.digest, "dry-run", NO_UPLOADS);
    if (moves.length > 0 && moves.every((move) => move.expect === from.digest))
      return result(ends, from.digest, "nothing-to-do", NO_UPLOADS);
    if (tree && external === "keep") await markUsers(own ?? context, tree, ends);
    const along = tree && external === "copy" ? await copyAlong(tree, ends, options) : NO_UPLOADS;
    const copied = await copyWhole(ends, options);
    const { raw } = copied;
    const uploads = addUploads(along, copied.uploads);
    for (const move of moves) await moveTag(move, raw, { remote: ends.target.repository }, options.signal);
    return result(ends, from.digest, "copied", uploads);
  } finally {
    await own?.[Symbol.asyncDispose]();
  }
}
