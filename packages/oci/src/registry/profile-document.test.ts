import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseProfileDocument, profileDocument } from "./profile-document.js";
import { type RegistryProfile, registryProfile } from "./registry-profile.js";

const size = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const profile: fc.Arbitrary<Partial<RegistryProfile>> = fc.record(
  {
    chunked: fc.boolean(),
    chunkThreshold: fc.nat(),
    chunkSize: size,
    postUpTo: fc.nat(),
    checkSize: fc.boolean(),
    verifiesDigest: fc.boolean(),
    ranges: fc.boolean(),
    statesDigest: fc.boolean(),
    sessionStatus: fc.boolean(),
    mount: fc.boolean(),
    referrers: fc.constantFrom("api" as const, "tag" as const),
    maxBlobSize: size,
    maxRequestBytes: size,
    manifestBytes: size,
    concurrency: size,
    manifestLayers: size,
    envelope: fc.constantFrom("native" as const, "compatible" as const),
  },
  { requiredKeys: [] },
);

describe("a profile as a document", () => {
  it("comes back as it was, member by member", () => {
    fc.assert(
      fc.property(profile, (written) => {
        const document = JSON.parse(JSON.stringify(profileDocument(written)));
        expect(parseProfileDocument(document)).toEqual(written);
      }),
    );
    const general = registryProfile("ghcr.io");
    expect(parseProfileDocument(profileDocument(general))).toEqual(general);
    expect(profileDocument({ maxBlobSize: undefined })).toEqual({});
  });

  it.each<{ readonly value: unknown }>(
    [
      undefined,
      null,
      7,
      "chunked",
      [],
      { chunked: 1 },
      { chunkSize: 0 },
      { chunkSize: 1.5 },
      { chunkSize: 1e300 },
      { maxBlobSize: -1 },
      { concurrency: "8" },
      { concurrency: 0 },
      { referrers: "none" },
      { envelope: null },
      { toString: true },
      { future: true },
    ].map((value) => ({ value })),
  )("is none as $value", ({ value }) => {
    expect(parseProfileDocument(value as never)).toBeUndefined();
  });

  it("is read or refused, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const read = parseProfileDocument(value as never);
        expect(read === undefined || typeof read === "object").toBe(true);
      }),
    );
  });
});
