import type { BlobDriver, Digest, RawManifest, RemoteRehearsal, RemoteRepository, Tag } from "@bale/spec";
import { meetsExpectation } from "../tag-expectation.js";

/** A twin of a layout that writes nothing. No request is made for a layout, whatever is done with it. */
export function rehearseLayout(layout: RemoteRepository): RemoteRehearsal {
  const tags = new Map<Tag, Digest>();
  const sizes = new Map<string, number>();
  const tagged = async (tag: Tag): Promise<Digest | undefined> =>
    tags.get(tag) ?? (await layout.resolve(tag))?.digest;
  const blobs: BlobDriver = {
    ...layout.blobs,
    stat: async (locator, call) => {
      const size = sizes.get(locator);
      return size === undefined ? layout.blobs.stat(locator, call) : { size };
    },
    write: async (locator, source) => {
      sizes.set(locator, source.size);
      return "created";
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  const descriptor = ({ mediaType, digest, bytes }: RawManifest) => ({
    mediaType,
    digest,
    size: bytes.length,
  });
  return {
    cost: () => ({ requests: 0, sentBytes: 0 }),
    repository: {
      ...layout,
      putManifest: async (manifest) => descriptor(manifest),
      moveTag: async (tag, to, { expect }) => {
        const previous = await tagged(tag);
        if (previous === to.digest) return { outcome: "unchanged", previous, guarantee: "atomic" };
        if (!meetsExpectation(expect, previous)) return { outcome: "rejected", actual: previous };
        tags.set(tag, to.digest);
        return { outcome: "moved", previous, guarantee: "atomic" };
      },
      deleteTag: async () => undefined,
      blobs,
      [Symbol.asyncDispose]: async () => undefined,
    },
  };
}
