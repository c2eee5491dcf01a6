import { describe, expect, it } from "vitest";
import { isName, parseLayerName, parseRoleName, parseStoreName, RESERVED_NAMES } from "./names.js";
import { isTag, parseTag } from "./tag.js";
import { thrownCode } from "./thrown-code.testing.js";

describe("names of layers, roles and stores", () => {
  it.each(["a", "code", "data-2", "a_b", `a${"b".repeat(62)}`, "default", "bale"])("may be %s", (name) => {
    expect(isName(name)).toBe(true);
    for (const parse of [parseLayerName, parseRoleName, parseStoreName]) expect(parse(name)).toBe(name);
  });

  it.each<[unknown]>([
    [""],
    ["A"],
    ["1a"],
    ["-a"],
    ["_a"],
    ["a.b"],
    ["a b"],
    ["a/b"],
    ["a\n"],
    ["caf\u00e9"],
    [`a${"b".repeat(63)}`],
    ["__proto__"],
    ["constructor"],
    ["prototype"],
    [7],
    [undefined],
    [["a"]],
  ])("may not be %j", (name) => {
    expect(isName(name)).toBe(false);
    for (const parse of [parseLayerName, parseRoleName, parseStoreName])
      expect(thrownCode(() => parse(name))).toBe("CONFIG_INVALID");
  });

  it("reserve four words that have their form", () => {
    expect([...RESERVED_NAMES].sort()).toEqual(["all", "bale", "default", "registry"]);
    for (const name of RESERVED_NAMES) expect(isName(name)).toBe(true);
  });
});

describe("tags", () => {
  it.each(["v1", "1.2.3", "_x", "A-b.c_d", "x".repeat(128)])("may be %s", (tag) => {
    expect(isTag(tag)).toBe(true);
    expect(parseTag(tag)).toBe(tag);
  });

  it("carry a version's build metadata with an underscore", () => {
    expect(parseTag("1.2.3+build.5+x")).toBe("1.2.3_build.5_x");
  });

  it.each(["", ".a", "-a", "a/b", "a:b", "a b", "a\n", "x".repeat(129), "caf\u00e9"])(
    "may not be %j",
    (tag) => {
      expect(isTag(tag)).toBe(false);
      expect(thrownCode(() => parseTag(tag))).toBe("REFERENCE_INVALID");
    },
  );
});
