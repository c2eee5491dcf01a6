import { parseTag } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareVersionTags, highestVersion, parseVersionTag } from "./version-tag.js";

const tags = (...texts: string[]) => texts.map((text) => parseTag(text));

// The example of precedence in section 11 of Semantic Versioning 2.0, with more steps between.
const ASCENDING = tags(
  "0.0.0-0",
  "0.0.0",
  "0.1.0",
  "0.9.9",
  "0.10.0",
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-alpha.beta",
  "1.0.0-beta",
  "1.0.0-beta.2",
  "1.0.0-beta.11",
  "1.0.0-rc.1",
  "1.0.0",
  "1.0.0_build.1",
  "1.0.0_build.2",
  "1.0.1",
  "1.2.0",
  "1.10.0",
  "2.0.0",
  "10.0.0",
);

describe("versions among tags", () => {
  it.each([
    "1.2.3",
    "v1.2.3",
    "1.2.3-rc.1",
    "1.2.3_build5",
    "v1.2.3-rc.1_sha.5114f85",
    "0.0.0",
    "1.0.0-0A.is.legal",
    "1.0.0--",
  ])("%s is one", (tag) => expect(parseVersionTag(parseTag(tag))?.tag).toBe(tag));

  it.each([
    "latest",
    "1",
    "1.2",
    "1.2.3.4",
    "01.2.3",
    "1.02.3",
    "1.2.03",
    "V1.2.3",
    "vv1.2.3",
    "1.2.3-",
    "1.2.3-rc.01",
    "1.2.3_",
    "1.2.3_a_b",
    "1.2.3-a..b",
    "99999999999999999999.0.0",
    "sha256-abc",
  ])("%s is none", (tag) => expect(parseVersionTag(parseTag(tag))).toBeUndefined());

  it("are ordered by precedence, whatever order the registry lists them in", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(ASCENDING, { minLength: 1 }), (shuffled) => {
        const sorted = shuffled
          .flatMap((tag) => parseVersionTag(tag) ?? [])
          .sort(compareVersionTags)
          .map(({ tag }) => tag);
        expect(sorted).toEqual(ASCENDING.filter((tag) => shuffled.includes(tag)));
        expect(highestVersion(shuffled)?.tag).toBe(sorted.at(-1));
      }),
    );
  });

  it("have one highest also where two are spelled differently, and none where none is there", () => {
    expect(highestVersion(tags("v1.0.0", "1.0.0"))?.tag).toBe("v1.0.0");
    expect(highestVersion(tags("1.0.0", "v1.0.0"))?.tag).toBe("v1.0.0");
    expect(highestVersion(tags("latest", "main", "1.0"))).toBeUndefined();
  });
});
