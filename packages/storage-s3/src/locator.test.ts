import { digestFromHex } from "@bale/spec";
import fc from "fast-check";
import { expect, it } from "vitest";
import { blobKey, digestOfKey, keyOfLocator, locateBlob, locateMarker, placeOf } from "./locator.js";

const hex = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 });
const place = placeOf({ bucket: "acme-bales", prefix: "team/blobs" });
const bare = placeOf({ bucket: "acme-bales" });

it("puts a blob at prefix, algorithm, two pairs and the digest", () => {
  const digest = digestFromHex(`2cf2${"0".repeat(60)}`);
  expect(locateBlob(place, digest)).toBe(`s3://acme-bales/team/blobs/sha256/2c/f2/2cf2${"0".repeat(60)}`);
  expect(locateBlob(bare, digest)).toBe(`s3://acme-bales/sha256/2c/f2/2cf2${"0".repeat(60)}`);
});

it("finds the digest of every key that it made, and of no other", () => {
  fc.assert(
    fc.property(hex, fc.string({ maxLength: 6 }), (one, junk) => {
      const digest = digestFromHex(one);
      const key = blobKey(place, digest);
      expect(digestOfKey(place, key)).toBe(digest);
      expect(keyOfLocator(place, locateBlob(place, digest))).toBe(key);
      if (junk !== "")
        for (const other of [`${key}${junk}`, `${junk}${key}`, key.replace("sha256/", `sha256/${junk}`)])
          expect(digestOfKey(place, other)).toBeUndefined();
      expect(digestOfKey(bare, key)).toBeUndefined();
    }),
  );
});

it.each([
  "s3://other-bucket/team/blobs/sha256/00/00/x",
  `s3://acme-bales/team/blobs/sha256/00/01/${"0".repeat(64)}`,
  `s3://acme-bales/team/sha256/00/00/${"0".repeat(64)}`,
  `s3://acme-bales/team/blobs/../secrets/${"0".repeat(64)}`,
  `s3://acme-bales/team/blobs/users/../${"0".repeat(64)}`,
  `fs:/team/blobs/sha256/00/00/${"0".repeat(64)}`,
  "",
])("refuses the locator %j of somebody else", (locator) => {
  expect(() => keyOfLocator(place, locator as never)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
});

it("puts the marker of a user beside the blobs, known from a driver's locators alone", () => {
  const driver = { locate: (digest: Parameters<typeof locateBlob>[1]) => locateBlob(place, digest) };
  const marker = locateMarker(driver, digestFromHex("ab".repeat(32)));
  expect(marker).toBe(`s3://acme-bales/team/blobs/users/${"ab".repeat(32)}`);
  expect(keyOfLocator(place, marker)).toBe(`team/blobs/users/${"ab".repeat(32)}`);
});
