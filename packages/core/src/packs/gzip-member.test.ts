import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gzipMember } from "./gzip-member.js";
import { deflater, noise } from "./packs.testing.js";
import { seemsIncompressible } from "./seems-incompressible.js";

describe("gzipMember", () => {
  it("has the fixed header and inflates to its content", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), fc.constantFrom(0, 1, 6, 9), (bytes, level) => {
        const member = gzipMember(bytes, deflater, level);
        expect(Buffer.from(member.subarray(0, 10)).toString("hex")).toBe("1f8b08000000000000ff");
        expect(gunzipSync(member).equals(bytes)).toBe(true);
      }),
    );
  });

  it("stores what deflate does not shorten by 3 %, in as many blocks as it takes", () => {
    for (const length of [1, 65_534, 65_535, 65_536, 200_000]) {
      const bytes = noise(length);
      const member = gzipMember(bytes, deflater);
      expect(member.length).toBe(18 + length + 5 * Math.ceil(length / 65_535));
      expect(gunzipSync(member).equals(bytes)).toBe(true);
    }
  });

  it("keeps long runs of one byte below the expansion that readers allow", () => {
    const zeros = new Uint8Array(8 * 1024 * 1024);
    const member = gzipMember(zeros, deflater);
    expect(zeros.length / member.length).toBeLessThan(1000);
    expect(member.length).toBeLessThan(zeros.length / 100);
    expect(gunzipSync(member).equals(zeros)).toBe(true);
  });

  it("deflates what is worth it", () => {
    expect(gzipMember(new Uint8Array(100_000), deflater).length).toBeLessThan(300);
  });

  it("can be followed by another member", () => {
    const both = Buffer.concat([gzipMember(noise(10), deflater), gzipMember(noise(20, 2), deflater)]);
    expect(gunzipSync(both).equals(Buffer.concat([noise(10), noise(20, 2)]))).toBe(true);
  });
});

describe("seemsIncompressible", () => {
  it("tells noise from text and code, and lets short samples be tried", () => {
    for (let seed = 1; seed < 50; seed++) expect(seemsIncompressible(noise(1024, seed))).toBe(true);
    const text = Buffer.from("The quick brown fox jumps over the lazy dog, 0123456789 times. ".repeat(20));
    expect(seemsIncompressible(text)).toBe(false);
    expect(seemsIncompressible(Uint8Array.from({ length: 1024 }, (_, index) => (index * index) % 97))).toBe(
      false,
    );
    expect(seemsIncompressible(noise(100))).toBe(false);
  });
});
