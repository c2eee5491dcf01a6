import type { ArchiveContent, ArchivedManifest } from "@bale/archive";
import type { Digest } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import { externalTree } from "../registry/copy-external.js";
import type { RemotePorts } from "../remote/remote-tree.js";
import { type BlobsByDigest, blobFrom, collectManifest } from "./collect-manifest.js";
import type { ExportSource } from "./export-sources.js";
import type { ExportOptions } from "./export-types.js";
import { externalBlobs } from "./external-blobs.js";
import { readAhead } from "./read-ahead.js";

/** Everything that goes into an archive, and what of external stores does not. */
export interface CollectedContent {
  readonly content: ArchiveContent;
  readonly blobs: number;
  readonly externalBlobs: number;
  readonly leftOutBlobs: number;
  readonly leftOutBytes: number;
}

/** Manifests are read, and the tables of bundles with external stores; blobs are opened when they are written. */
export async function archiveContent(
  context: ClientContext,
  sources: readonly ExportSource[],
  ports: RemotePorts,
  options: ExportOptions,
): Promise<CollectedContent> {
  const { signal } = options;
  const blobs: BlobsByDigest = new Map();
  const manifests: ArchivedManifest[] = [];
  for (const { state, name, whole } of sources) {
    const others = whole ? [whole.state.repository] : [];
    const manifest = await collectManifest(state.repository, others, state.digest, blobs, { signal });
    manifests.push({ ...manifest, ...(name === undefined ? {} : { name }) });
  }
  const leftOut = new Map<Digest, number>();
  let external = 0;
  for (const { state, whole } of sources) {
    const tree = await externalTree(context, state, ports, { signal });
    for (const blob of tree ? await externalBlobs(tree, { signal }) : []) {
      if (blobs.has(blob.digest)) continue;
      if (options.external === false) {
        leftOut.set(blob.digest, blob.size);
        continue;
      }
      external++;
      const store = await (whole ?? tree)?.storeOf(blob);
      if (store) blobs.set(blob.digest, blobFrom(store, blob, { signal }));
    }
  }
  return {
    content: { manifests, blobs: readAhead(blobs.values()) },
    blobs: blobs.size,
    externalBlobs: external,
    leftOutBlobs: leftOut.size,
    leftOutBytes: [...leftOut.values()].reduce((sum, size) => sum + size, 0),
  };
}
