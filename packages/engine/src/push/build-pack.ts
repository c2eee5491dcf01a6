import {
  DEFLATE_LEVEL,
  expandsTooMuch,
  FAST_LEVEL,
  frameGzipMember,
  type IncomingFile,
  layoutPack,
  type MemberPart,
  type MemberPlan,
  type PlannedPack,
  packExtents,
  seemsIncompressible,
} from "@bale/core";
import {
  BaleError,
  type BlobRef,
  type BundlePath,
  type Digest,
  type Extent,
  type Hasher,
  type LayerName,
  type RunningHash,
  type StoreName,
} from "@bale/spec";
import { deflateRawAsync, nodeDeflater } from "@bale/storage";
import type { StagedFile, StagingArea, TreeSource } from "../ports.js";
import type { RunningTask } from "../progress.js";
import { refuseAborted } from "../stopped.js";

export interface BuiltPack {
  /** The planned pack that this is. */
  readonly id: number;
  readonly layer: LayerName;
  readonly store?: StoreName | undefined;
  readonly blob: BlobRef;
  readonly staged: StagedFile;
  /** sha256 of the tar before compression: what oras compares after it has unpacked. */
  readonly tarDigest: Digest;
  readonly compressed: boolean;
  /** Empty for a pack that no row refers to. */
  readonly extents: ReadonlyMap<BundlePath, readonly Extent[]>;
}
export interface BuildPorts {
  readonly tree: TreeSource;
  readonly staging: StagingArea;
  readonly hasher: Hasher;
}
/** `stored`: gzip members that compress nothing, for readers that know no plain tar. */
export type PackForm = "gzip" | "stored" | "none";
export interface BuildOptions {
  readonly compression: PackForm;
  readonly signal?: AbortSignal | undefined;
  readonly task: RunningTask;
}

// zlib works in libuv's pool; a few members in flight keep two cores busy and hold at most this many times 8 MiB.
const MEMBERS_IN_FLIGHT = 3;
// A member of small files begins with a header, which says nothing about the data.
const TAR_HEADER_BYTES = 512;

type Files = ReadonlyMap<BundlePath, IncomingFile>;

/** Hashes what is packed, file by file, and refuses bytes that are not those of the plan. */
function createFileGuard(
  files: Files,
  hasher: Hasher,
): (part: Extract<MemberPart, { type: "data" }>, bytes: Uint8Array) => void {
  const running = new Map<BundlePath, RunningHash>();
  return (part, bytes) => {
    const file = files.get(part.path);
    if (!file)
      throw new BaleError({
        code: "INTERNAL",
        message: `a pack holds a file that was not planned: ${part.path}`,
      });
    const last = part.offset + part.length === file.size;
    let digest: Digest | undefined;
    if (part.offset === 0 && last) digest = hasher.digest(bytes);
    else {
      const hash = running.get(part.path) ?? hasher.begin();
      running.set(part.path, hash);
      hash.update(bytes);
      if (last) digest = hash.finish();
    }
    if (digest !== undefined && digest !== file.digest) throw fileChanged(part.path);
  };
}

/** What a push says when a file is no longer what was planned. */
export function fileChanged(path: string): BaleError {
  return new BaleError({
    code: "FILE_CHANGED",
    message: `${JSON.stringify(path)} changed while it was pushed`,
    why: "its bytes are no longer those that were hashed for this push; nothing was published",
    fix: "wait until whatever writes the file is done, then push again",
    context: { path },
  });
}

async function fill(
  plan: MemberPlan,
  layer: LayerName,
  files: Files,
  tree: TreeSource,
  guard: ReturnType<typeof createFileGuard>,
): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(plan.decoded);
  let at = 0;
  for (const part of plan.parts) {
    if (part.type === "bytes") {
      bytes.set(part.bytes, at);
      at += part.bytes.length;
      continue;
    }
    const end = at + part.length;
    const file = files.get(part.path);
    if (file && part.offset === 0 && file.size === part.length) {
      const content = await tree.read(part.path, {
        digest: file.digest,
        size: file.size,
        kind: file.kind,
        layer,
      });
      if (content.length !== part.length) throw fileChanged(part.path);
      bytes.set(content, at);
      at = end;
    } else
      for await (const chunk of tree.open(part.path, { offset: part.offset, length: part.length })) {
        if (at + chunk.length > end) throw fileChanged(part.path);
        bytes.set(chunk, at);
        at += chunk.length;
      }
    if (at !== end) throw fileChanged(part.path);
    guard(part, bytes.subarray(end - part.length, end));
  }
  return bytes;
}

async function storedForm(decoded: Uint8Array, compression: PackForm): Promise<Uint8Array> {
  if (compression === "none") return decoded;
  const crc = nodeDeflater.crc32(decoded);
  if (compression === "stored" || seemsIncompressible(decoded.subarray(TAR_HEADER_BYTES)))
    return frameGzipMember(decoded, undefined, crc);
  const deflated = await deflateRawAsync(decoded, DEFLATE_LEVEL);
  const usual = !expandsTooMuch(decoded, deflated);
  return frameGzipMember(decoded, usual ? deflated : await deflateRawAsync(decoded, FAST_LEVEL), crc);
}

/**
 * Writes one planned pack into the staging area. Every file is hashed again while it is packed.
 * @throws BaleError `FILE_CHANGED` when a file is not what was planned, `NO_SPACE`, `IO`
 */
export async function buildPack(
  pack: PlannedPack,
  ports: BuildPorts,
  options: BuildOptions,
): Promise<BuiltPack> {
  const plans = layoutPack(pack.entries);
  const files: Files = new Map(pack.entries.map((entry) => [entry.path, entry]));
  const guard = createFileGuard(files, ports.hasher);
  const tarHash = ports.hasher.begin();
  const packHash = ports.hasher.begin();
  const writer = await ports.staging.create();
  const lengths: number[] = [];
  const inFlight: Promise<Uint8Array>[] = [];
  let size = 0;
  let packed = 0;
  const writeOldest = async (): Promise<void> => {
    const stored = await (inFlight.shift() as Promise<Uint8Array>);
    lengths.push(stored.length);
    size += stored.length;
    packHash.update(stored);
    await writer.write(stored);
  };
  try {
    for (const plan of plans) {
      refuseAborted(options.signal);
      const decoded = await fill(plan, pack.layer, files, ports.tree, guard);
      tarHash.update(decoded);
      const stored = storedForm(decoded, options.compression);
      // Awaited in order below; without this an early failure elsewhere would leave it unhandled.
      stored.catch(() => {});
      inFlight.push(stored);
      if (inFlight.length >= MEMBERS_IN_FLIGHT) await writeOldest();
      packed += plan.decoded;
      options.task.advance(packed);
    }
    while (inFlight.length > 0) await writeOldest();
  } catch (error) {
    await Promise.allSettled(inFlight);
    await writer.abort();
    throw error;
  }
  const digest = packHash.finish();
  const staged = await writer.commit(digest);
  const blob: BlobRef = { digest, size, ...(pack.store ? { store: pack.store } : {}) };
  return {
    id: pack.id,
    layer: pack.layer,
    store: pack.store,
    blob,
    staged,
    tarDigest: tarHash.finish(),
    compressed: options.compression !== "none",
    extents:
      pack.holds === "data"
        ? packExtents(plans, lengths, blob, options.compression === "none" ? "none" : "gzip")
        : new Map(),
  };
}
