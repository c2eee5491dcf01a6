import { gunzipSync } from "node:zlib";
import { ANNOTATIONS, type BlobLocator, type Descriptor, MEDIA_TYPES } from "@bale/spec";
import { unpackTar } from "modern-tar";
import type { Bundle } from "../bundle/bundle.js";
import type { MemoryRemote } from "../memory-remote.testing.js";
import type { Model } from "./push-world.testing.js";

export interface SeenFile {
  readonly kind: "file" | "exec" | "link";
  readonly bytes: Buffer;
}

function blobBytes(remote: MemoryRemote, { digest }: Descriptor): Uint8Array {
  const bytes = remote.content.blobs.get(digest.replace("sha256:", "memory:") as BlobLocator);
  if (!bytes) throw new Error(`no blob ${digest}`);
  return bytes;
}

/** What any tar makes of a pack. */
export async function untar(remote: MemoryRemote, pack: Descriptor): Promise<Map<string, SeenFile>> {
  const stored = blobBytes(remote, pack);
  const entries = await unpackTar(pack.mediaType === MEDIA_TYPES.tar ? stored : gunzipSync(stored), {
    strict: true,
  });
  const seen = new Map<string, SeenFile>();
  for (const { header, data } of entries) {
    if (header.type === "directory") continue;
    if (seen.has(header.name)) throw new Error(`${header.name} is twice in a pack`);
    const isLink = header.type === "symlink";
    const kind = isLink ? "link" : ((header.mode ?? 0) & 0o111) !== 0 ? "exec" : "file";
    seen.set(header.name, { kind, bytes: Buffer.from(isLink ? (header.linkname ?? "") : (data ?? "")) });
  }
  return seen;
}

function same(a: SeenFile, b: { readonly kind: string; readonly bytes: Uint8Array } | undefined): boolean {
  return b !== undefined && a.kind === b.kind && Buffer.compare(a.bytes, b.bytes) === 0;
}

export interface OtherToolsView {
  /** Every entry of every pack is in the pack's layer, at that path, with that content. */
  readonly packsAreLive: boolean;
  /** Packs and titled files together give the tree, kinds included. */
  readonly givesTree: boolean;
  /** Every pack carries the annotations that make oras unpack it. */
  readonly annotated: boolean;
}

/** Looks at a manifest as a tool does that knows tars and titles, and nothing of an index. */
export async function viewOfOtherTools(
  remote: MemoryRemote,
  bundle: Bundle,
  model: Model,
): Promise<OtherToolsView> {
  const tree = new Map<string, SeenFile>();
  const titles: string[] = [];
  let packsAreLive = true;
  let annotated = true;
  for (const layer of bundle.manifest?.layers ?? []) {
    const { [ANNOTATIONS.title]: title, [ANNOTATIONS.unpack]: unpack } = layer.annotations ?? {};
    if (layer.mediaType === MEDIA_TYPES.table || layer.mediaType === MEDIA_TYPES.index) continue;
    if (title !== undefined) titles.push(title);
    if (layer.mediaType === MEDIA_TYPES.octets) {
      if (title !== undefined)
        tree.set(title, { kind: "file", bytes: Buffer.from(blobBytes(remote, layer)) });
      continue;
    }
    annotated &&= unpack === "true" && title !== undefined && /^\.(?:\/\.)*$/.test(title);
    for (const [path, file] of await untar(remote, layer)) {
      const live = model.get(path as never);
      packsAreLive &&= same(file, live) && live?.layer === layer.annotations?.[ANNOTATIONS.layer];
      tree.set(path, file);
    }
  }
  // oras refuses two layers of one title.
  if (new Set(titles).size !== titles.length) throw new Error("two layers have one title");
  const givesTree =
    tree.size === model.size && [...tree].every(([path, file]) => same(file, model.get(path as never)));
  return { packsAreLive, givesTree, annotated };
}
