import { type Digest, digestFromHex, MEDIA_TYPES, parseTag, type Tag } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  EMPTY_INDEX,
  encodeLayoutIndex,
  findTag,
  hasManifest,
  type LayoutIndex,
  parseLayoutIndex,
  tagsOf,
  withManifest,
  withoutTag,
  withTag,
} from "./layout-index.js";

const digests = Array.from({ length: 4 }, (_, index) => digestFromHex(String(index).repeat(64)));
const tags = ["a", "b", "c"].map((name) => parseTag(name));
const describeDigest = (digest: Digest) => ({ mediaType: MEDIA_TYPES.manifest, digest, size: 7 });
const step = fc.oneof(
  fc.record({
    kind: fc.constant("tag" as const),
    tag: fc.constantFrom(...tags),
    digest: fc.constantFrom(...digests),
  }),
  fc.record({ kind: fc.constant("untag" as const), tag: fc.constantFrom(...tags) }),
  fc.record({ kind: fc.constant("put" as const), digest: fc.constantFrom(...digests) }),
);

describe("the index of a layout", () => {
  it("behaves like a map of tags and a set of manifests, through any changes and a round trip", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let index: LayoutIndex = {
          ...EMPTY_INDEX,
          document: { ...EMPTY_INDEX.document, more: { kept: true } },
        };
        const model = new Map<Tag, Digest>();
        const present = new Set<Digest>();
        for (const change of steps) {
          if (change.kind === "put") index = withManifest(index, describeDigest(change.digest)) ?? index;
          else if (change.kind === "tag") index = withTag(index, change.tag, describeDigest(change.digest));
          else index = withoutTag(index, change.tag);
          if (change.kind === "tag") model.set(change.tag, change.digest);
          if (change.kind === "untag") model.delete(change.tag);
          else present.add(change.digest);
          index = parseLayoutIndex(encodeLayoutIndex(index));
        }
        for (const tag of tags) expect(findTag(index, tag)?.digest).toBe(model.get(tag));
        expect(tagsOf(index)).toEqual([...model.keys()].sort());
        for (const digest of digests) expect(hasManifest(index, digest)).toBe(present.has(digest));
        const unnamed = index.entries.filter((entry) => entry["annotations"] === undefined);
        const named = new Set(model.values());
        expect(unnamed.map((entry) => entry["digest"]).sort()).toEqual(
          [...present].filter((digest) => !named.has(digest)).sort(),
        );
        expect(index.document["more"]).toEqual({ kept: true });
      }),
    );
  });

  it("leaves the other annotations of an entry alone", () => {
    const [tag, digest] = [tags[0], digests[0]];
    if (!tag || !digest) throw new Error("no sample");
    const entry = {
      ...describeDigest(digest),
      annotations: { "org.opencontainers.image.ref.name": "a", theirs: "x" },
    };
    const index = withoutTag({ ...EMPTY_INDEX, entries: [entry] }, tag);
    expect(index.entries).toEqual([{ ...describeDigest(digest), annotations: { theirs: "x" } }]);
    expect(withTag(index, tag, describeDigest(digest)).entries).toEqual([
      { ...describeDigest(digest), annotations: { theirs: "x", "org.opencontainers.image.ref.name": "a" } },
    ]);
  });
});
