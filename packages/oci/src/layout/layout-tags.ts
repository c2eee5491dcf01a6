import {
  BaleError,
  type Digest,
  type RawManifest,
  type RemoteRepository,
  type Tag,
  type TagUpdate,
} from "@bale/spec";
import { isFallbackTag } from "../fallback-tag.js";
import { meetsExpectation, type TagExpectation } from "../tag-expectation.js";
import { findTag, tagsOf, withoutTag, withTag } from "./layout-index.js";
import { storeLayoutManifest } from "./layout-manifests.js";
import type { LayoutState } from "./layout-state.js";

/** `moveTag` of the contract: the comparison and the write happen under one lock. */
export async function moveLayoutTag(
  layout: LayoutState,
  tag: Tag,
  to: RawManifest,
  options: { readonly signal?: AbortSignal | undefined; readonly expect: TagExpectation },
): Promise<TagUpdate> {
  const descriptor = await storeLayoutManifest(layout, to, options.signal);
  return layout.changeIndex<TagUpdate>(options.signal, (index) => {
    const previous: Digest | undefined = findTag(index, tag)?.digest;
    if (previous === to.digest)
      return { index: undefined, value: { outcome: "unchanged", previous, guarantee: "atomic" } };
    if (!meetsExpectation(options.expect, previous))
      return { index: undefined, value: { outcome: "rejected", actual: previous } };
    return {
      index: withTag(index, tag, descriptor),
      value: { outcome: "moved", previous, guarantee: "atomic" },
    };
  });
}

/** @throws BaleError `NOT_FOUND` */
export async function deleteLayoutTag(
  layout: LayoutState,
  tag: Tag,
  signal: AbortSignal | undefined,
): Promise<void> {
  const absent = new BaleError({
    code: "NOT_FOUND",
    message: `no tag ${tag} in ${layout.folder.directory}`,
    context: { path: layout.folder.directory, tag },
  });
  // Asked first, so that deleting from a layout that is not there does not make one.
  if (!findTag(await layout.readIndex(), tag)) throw absent;
  await layout.changeIndex(signal, (index) => {
    if (!findTag(index, tag)) throw absent;
    return { index: withoutTag(index, tag), value: undefined };
  });
}

/** `listTags` of the contract. @throws BaleError `NOT_FOUND` with `unknown: "throw"` */
export async function* listLayoutTags(
  layout: LayoutState,
  { after, unknown }: Parameters<RemoteRepository["listTags"]>[0] = {},
): AsyncGenerator<Tag> {
  if (unknown === "throw") layout.requireMade();
  for (const tag of tagsOf(await layout.readIndex()))
    if (!isFallbackTag(tag) && (after === undefined || tag > after)) yield tag;
}
