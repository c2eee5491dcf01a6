import { type Descriptor, digestFromHex, MEDIA_TYPES } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeReferrer, readReferrersIndex } from "./referrers-index.js";

const descriptor = fc.nat(9).map(
  (digit): Descriptor => ({
    mediaType: MEDIA_TYPES.manifest,
    digest: digestFromHex(String(digit).repeat(64)),
    size: digit,
    annotations: { digit: String(digit) },
  }),
);

describe("a list of referrers", () => {
  it("holds each entry once, in the order of their coming", () => {
    fc.assert(
      fc.property(fc.array(descriptor), (referrers) => {
        let bytes: Uint8Array | undefined;
        for (const referrer of referrers) bytes = mergeReferrer(bytes, referrer)?.bytes ?? bytes;
        const once = referrers.filter(
          (one, place) => referrers.findIndex(({ digest }) => digest === one.digest) === place,
        );
        expect(bytes ? readReferrersIndex(bytes) : []).toEqual(once);
        for (const referrer of referrers) expect(mergeReferrer(bytes, referrer)).toBeUndefined();
      }),
    );
  });

  it.each(["{}", '{"manifests":{}}', '{"manifests":[],"layers":[]}', '{"manifests":[],"config":{}}', "[]"])(
    "is not %s",
    (text) => {
      expect(() => readReferrersIndex(Buffer.from(text))).toThrow(
        expect.objectContaining({ code: "MANIFEST_INVALID" }),
      );
    },
  );

  it("passes over entries that are no descriptors", () => {
    const text = JSON.stringify({
      manifests: [null, { digest: "sha256:../../x", mediaType: "a/b", size: 1 }, { size: -1 }],
    });
    expect(readReferrersIndex(Buffer.from(text))).toEqual([]);
  });
});
