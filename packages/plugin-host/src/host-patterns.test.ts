import { describe, expect, it } from "vitest";
import { isHostPattern, servesOrigin } from "./host-patterns.js";

describe("patterns of hosts", () => {
  it.each([
    ["ghcr.io", "https://ghcr.io", true],
    ["ghcr.io", "https://ghcr.io:8443", true],
    ["ghcr.io", "https://GHCR.io", true],
    ["ghcr.io", "https://evil-ghcr.io", false],
    ["ghcr.io", "https://ghcr.io.evil.example", false],
    ["*.gcr.io", "https://eu.gcr.io", true],
    ["*.gcr.io", "https://gcr.io", false],
    ["*.gcr.io", "https://a.b.gcr.io", false],
    ["*-docker.pkg.dev", "https://us-docker.pkg.dev", true],
    ["*-docker.pkg.dev", "https://docker.pkg.dev", false],
    ["*.dkr.ecr*.*.amazonaws.com", "https://1.dkr.ecr.eu-west-1.amazonaws.com", true],
    ["*.dkr.ecr*.*.amazonaws.com", "https://1.dkr.ecr-fips.us-east-1.amazonaws.com", true],
    ["*.dkr.ecr*.*.amazonaws.com", "https://1.dkr.other.eu-west-1.amazonaws.com", false],
    ["a*b*c", "https://a1b2c", true],
    ["a*b*c", "https://abc", true],
    ["a*b*c", "https://acb", false],
    ["a*a", "https://a", false],
    ["localhost", "http://localhost:5000", true],
    ["*", "not an origin", false],
  ])("%s and %s: %s", (pattern, origin, expected) => {
    expect(servesOrigin([pattern], origin)).toBe(expected);
  });

  it("none at all stand for every host, an empty list for no host", () => {
    expect(servesOrigin(undefined, "https://ghcr.io")).toBe(true);
    expect(servesOrigin([], "https://ghcr.io")).toBe(false);
  });

  it.each([
    "",
    ".",
    "a..b",
    "-a",
    "a-",
    "https://ghcr.io",
    "ghcr.io/acme",
    "ghcr.io:443",
    "GHCR.io",
    "a b",
    7,
    null,
  ])("%o is none", (value) => {
    expect(isHostPattern(value)).toBe(false);
  });

  it("long ones take no time", () => {
    const pattern = "*a".repeat(120);
    expect(isHostPattern(pattern)).toBe(true);
    expect(servesOrigin([pattern], `https://${"a".repeat(60)}`)).toBe(false);
  });
});
