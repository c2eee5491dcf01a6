import { LIMITS, type RemoteRepository } from "@bale/spec";
import { rehearseLayout } from "../rehearsal/rehearse-layout.js";
import { layoutBlobs } from "./layout-blobs.js";
import { findTag, withManifest } from "./layout-index.js";
import { getLayoutManifest, storeLayoutManifest } from "./layout-manifests.js";
import type { OpenLayoutOptions } from "./layout-options.js";
import { listLayoutReferrers } from "./layout-referrers.js";
import { openLayoutState } from "./layout-state.js";
import { deleteLayoutTag, listLayoutTags, moveLayoutTag } from "./layout-tags.js";

/**
 * An OCI image layout directory, ours or another tool's. Files appear whole or not at all; tags move by compare-and-swap.
 * @throws BaleError `NOT_FOUND` when there is none and none may be made, `UNSUPPORTED`, `MANIFEST_INVALID`, `PERMISSION`
 *
 * @example
 * const layout = await openLayout({ directory: "./backup", create: true });
 * for await (const tag of layout.listTags()) console.log(tag);
 */
export async function openLayout(options: OpenLayoutOptions): Promise<RemoteRepository> {
  const layout = await openLayoutState(options);
  const repository: RemoteRepository = {
    registry: "oci",
    repository: options.directory,
    limits: { manifestBytes: LIMITS.manifestBytes, manifestLayers: LIMITS.manifestLayers },
    resolve: async (tag) => {
      const found = findTag(await layout.readIndex(), tag);
      if (!found) return undefined;
      const { mediaType, digest, size } = found;
      return { mediaType, digest, size, digestFrom: "registry" };
    },
    getManifest: (digest) => getLayoutManifest(layout, digest),
    putManifest: async (manifest, call) => {
      const descriptor = await storeLayoutManifest(layout, manifest, call?.signal);
      return layout.changeIndex(call?.signal, (index) => ({
        index: withManifest(index, descriptor),
        value: descriptor,
      }));
    },
    moveTag: (tag, to, call) => moveLayoutTag(layout, tag, to, call),
    deleteTag: (tag, call) => deleteLayoutTag(layout, tag, call?.signal),
    listTags: (call) => listLayoutTags(layout, call),
    listReferrers: (digest, call) => listLayoutReferrers(layout, digest, call?.artifactType),
    ping: async () => ({ reachable: true, authenticated: true }),
    blobs: layoutBlobs(layout),
    rehearse: () => rehearseLayout(repository),
    [Symbol.asyncDispose]: async () => undefined,
  };
  return repository;
}
