import { inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stableDeflater } from "./stable-deflater.js";

function inflated(bytes: Uint8Array, level: number): Buffer {
  return inflateRawSync(stableDeflater.deflateRaw(bytes, level));
}

describe("stableDeflater", () => {
  it("writes what every inflater reads", () => {
    const words = fc.array(fc.constantFrom("bundle ", "index ", "layer\n", "0,1,2;", "x"), {
      maxLength: 4000,
    });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 4000 }),
      words.map((parts) => new TextEncoder().encode(parts.join(""))),
      fc
        .tuple(fc.nat(255), fc.nat(70_000), fc.uint8Array({ maxLength: 300 }))
        .map(([byte, count, end]) => Buffer.concat([Buffer.alloc(count, byte), end])),
    );
    fc.assert(
      fc.property(bytes, fc.constantFrom(1, 6), (input, level) => {
        expect(inflated(input, level).equals(input)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("uses every length of a copy and copies from afar", () => {
    const parts: Uint8Array[] = [];
    for (let length = 1; length <= 600; length++)
      parts.push(
        Uint8Array.from({ length }, (_, at) => (at * 7 + length) & 0xff),
        Uint8Array.of(length & 0xff),
      );
    const once = Buffer.concat(parts);
    const far = Buffer.concat([once, Buffer.alloc(32_000, 1), once]);
    expect(inflated(far, 6).equals(far)).toBe(true);
    expect(stableDeflater.deflateRaw(far, 6).length).toBeLessThan(far.length);
  });

  it("gives these bytes, and never others", () => {
    const text = new TextEncoder().encode("one bundle, two bundles, three bundles, many bundles\n".repeat(3));
    expect(Buffer.from(stableDeflater.deflateRaw(text, 6)).toString("hex")).toMatchInlineSnapshot(
      `"bdcbb10900200c05d1de2932409652fc60a1096844dcde46718374f78a5301a529b982c996de1e4c563af0d9a2eca7e0371d"`,
    );
    expect(
      Buffer.from(stableDeflater.deflateRaw(new Uint8Array(0), 6)).toString("hex"),
    ).toMatchInlineSnapshot(`"05c081000000000090ff6b00"`);
  });

  it("stays under the expansion that readers allow where copies are kept short", () => {
    const zeros = new Uint8Array(1024 * 1024);
    expect(zeros.length / stableDeflater.deflateRaw(zeros, 1).length).toBeLessThan(500);
    expect(inflated(zeros, 1).equals(zeros)).toBe(true);
  });
});
