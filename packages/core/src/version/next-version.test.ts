import { BaleError, parseTag } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextVersion, type VersionStep } from "./next-version.js";
import { compareVersionTags, parseVersionTag, type VersionTag } from "./version-tag.js";

function versionOf(tag: string): VersionTag {
  const version = parseVersionTag(parseTag(tag));
  if (!version) throw new Error(`not a version: ${tag}`);
  return version;
}

const CASES: readonly (readonly [from: string, step: VersionStep, pre: string | undefined, to: string])[] = [
  ["0.1.0", "patch", undefined, "0.1.1"],
  ["0.1.0", "minor", undefined, "0.2.0"],
  ["0.1.0", "major", undefined, "1.0.0"],
  ["0.0.0", "patch", undefined, "0.0.1"],
  ["1.2.3", "patch", undefined, "1.2.4"],
  ["1.2.3", "minor", undefined, "1.3.0"],
  ["1.2.3", "major", undefined, "2.0.0"],
  ["v1.2.3", "patch", undefined, "v1.2.4"],
  ["v1.2.3", "minor", undefined, "v1.3.0"],
  ["v1.2.3", "major", undefined, "v2.0.0"],
  ["1.9.9", "minor", undefined, "1.10.0"],
  ["9.9.9", "major", undefined, "10.0.0"],
  ["1.2.3_build.7", "patch", undefined, "1.2.4"],
  ["1.2.3-rc.0_build.7", "patch", undefined, "1.2.3"],
  // A pre-release leads to its own release.
  ["1.2.3-rc.0", "patch", undefined, "1.2.3"],
  ["1.3.0-rc.0", "patch", undefined, "1.3.0"],
  ["1.3.0-rc.0", "minor", undefined, "1.3.0"],
  ["2.0.0-rc.0", "patch", undefined, "2.0.0"],
  ["2.0.0-rc.0", "minor", undefined, "2.0.0"],
  ["2.0.0-rc.0", "major", undefined, "2.0.0"],
  // Unless the step is above it.
  ["1.2.3-rc.0", "minor", undefined, "1.3.0"],
  ["1.2.3-rc.0", "major", undefined, "2.0.0"],
  ["1.3.0-rc.0", "major", undefined, "2.0.0"],
  // The first pre-release of a version.
  ["1.2.3", "patch", "rc", "1.2.4-rc.0"],
  ["1.2.3", "minor", "rc", "1.3.0-rc.0"],
  ["1.2.3", "major", "rc", "2.0.0-rc.0"],
  ["v1.2.3", "minor", "beta", "v1.3.0-beta.0"],
  ["1.2.3_b1", "patch", "alpha", "1.2.4-alpha.0"],
  // It counts up.
  ["1.2.4-rc.0", "patch", "rc", "1.2.4-rc.1"],
  ["1.2.4-rc.9", "patch", "rc", "1.2.4-rc.10"],
  ["1.3.0-rc.1", "minor", "rc", "1.3.0-rc.2"],
  ["1.3.0-rc.1", "patch", "rc", "1.3.0-rc.2"],
  ["2.0.0-rc.1", "major", "rc", "2.0.0-rc.2"],
  ["2.0.0-rc.1", "minor", "rc", "2.0.0-rc.2"],
  ["v2.0.0-rc.1", "patch", "rc", "v2.0.0-rc.2"],
  // A greater step begins anew.
  ["1.2.4-rc.3", "minor", "rc", "1.3.0-rc.0"],
  ["1.2.4-rc.3", "major", "rc", "2.0.0-rc.0"],
  ["1.3.0-rc.3", "major", "rc", "2.0.0-rc.0"],
  // Another name begins anew, where it comes later.
  ["1.3.0-alpha.4", "minor", "beta", "1.3.0-beta.0"],
  ["1.3.0-beta.4", "minor", "rc", "1.3.0-rc.0"],
  ["1.3.0-beta", "minor", "beta", "1.3.0-beta.0"],
  ["1.3.0-0", "minor", "rc", "1.3.0-rc.0"],
  ["1.3.0-7", "minor", undefined, "1.3.0"],
  ["1.3.0-rc", "minor", "rc", "1.3.0-rc.0"],
  ["1.3.0-a.b.2", "minor", "a.b", "1.3.0-a.b.3"],
];

const REFUSED: readonly (readonly [from: string | undefined, step: VersionStep, pre: string])[] = [
  ["1.3.0-rc.1", "minor", "beta"],
  ["1.3.0-rc.1", "patch", "alpha"],
  ["1.3.0-rc.1.x", "minor", "rc"],
  [undefined, "patch", ""],
  ["1.0.0", "patch", "1"],
  ["1.0.0", "patch", "rc.1"],
  ["1.0.0", "patch", "rc_1"],
  ["1.0.0", "patch", "r c"],
  ["1.0.0", "patch", "rc..x"],
  ["1.0.0", "patch", "x".repeat(65)],
];

describe("the next version", () => {
  it.each(CASES)("after %s by %s (pre-release %s) is %s", (from, step, pre, to) => {
    expect(nextVersion(versionOf(from), step, pre).tag).toBe(to);
  });

  it("is 0.1.0 where there is none yet, whatever the step", () => {
    for (const step of ["patch", "minor", "major"] as const) {
      expect(nextVersion(undefined, step).tag).toBe("0.1.0");
      expect(nextVersion(undefined, step, "rc").tag).toBe("0.1.0-rc.0");
    }
  });

  it.each(REFUSED)("after %s by %s with the pre-release name %j is refused", (from, step, pre) => {
    const made = () => nextVersion(from === undefined ? undefined : versionOf(from), step, pre);
    expect(made).toThrow(BaleError);
    expect(made).toThrow(expect.objectContaining({ code: "USAGE" }));
  });

  it("is refused where the number would be no number any more", () => {
    const largest = versionOf(`${Number.MAX_SAFE_INTEGER}.0.0`);
    expect(() => nextVersion(largest, "major")).toThrow(BaleError);
  });

  it("is always above the one before, and a version", () => {
    const part = fc.nat({ max: 20 });
    const end = fc.constantFrom("", "-rc.0", "-rc.3", "-alpha", "-beta.2", "_build.1");
    const step = fc.constantFrom<VersionStep>("patch", "minor", "major");
    const pre = fc.constantFrom(undefined, "rc", "zeta");
    fc.assert(
      fc.property(part, part, part, end, step, pre, (major, minor, patch, tail, by, name) => {
        const from = versionOf(`${major}.${minor}.${patch}${tail}`);
        const to = nextVersion(from, by, name);
        expect(compareVersionTags(to, from)).toBeGreaterThan(0);
        expect(parseVersionTag(to.tag)).toEqual(to);
      }),
    );
  });
});
