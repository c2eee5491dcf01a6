import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchingKeys, matchKey } from "./match-key.js";
import { parseServer } from "./parse-server.js";

describe("a key covers", () => {
  it.each([
    ["ghcr.io", "https://ghcr.io", 0],
    ["GHCR.io", "https://ghcr.io", 0],
    ["ghcr.io:443", "https://ghcr.io", 0],
    ["https://ghcr.io", "https://ghcr.io", 0],
    ["https://ghcr.io/", "https://ghcr.io", 0],
    ["https://ghcr.io/v1/", "https://ghcr.io", 0],
    ["https://ghcr.io/v2", "https://ghcr.io", 0],
    ["http://registry.lan:5000/v1/", "http://registry.lan:5000", 0],
    ["ghcr.io/v1/", "https://ghcr.io", 0],
    ["localhost:5000", "http://localhost:5000", 0],
    ["quay.io/acme", "https://quay.io", 1],
    ["quay.io/acme/app", "https://quay.io", 2],
    ["quay.io/acme/app/", "https://quay.io", 2],
    ["https://index.docker.io/v1/", "https://registry-1.docker.io", 0],
    ["index.docker.io/v1/", "https://docker.io", 0],
    ["index.docker.io/v1", "https://registry-1.docker.io", 0],
    ["docker.io", "https://registry-1.docker.io", 0],
    ["docker.io", "https://index.docker.io", 0],
    ["registry-1.docker.io", "https://docker.io", 0],
    ["docker.io/acme", "https://registry-1.docker.io", 1],
  ])("%s: acme/app at %s, by %i parts of the repository", (key, origin, length) => {
    expect(matchKey(key, parseServer(origin), "acme/app")).toBe(length);
  });

  it.each([
    ["ghcr.io", "https://ghcr.io.evil.example"],
    ["ghcr.io", "https://evil-ghcr.io"],
    ["ghcr.io", "https://x.ghcr.io"],
    ["ghcr.io", "https://ghcr.io:8443"],
    ["ghcr.io:5000", "https://ghcr.io"],
    ["ghcr.io:80", "https://ghcr.io"],
    ["https://ghcr.io", "http://ghcr.io"],
    ["ghc", "https://ghcr.io"],
    ["", "https://ghcr.io"],
    ["/", "https://ghcr.io"],
    ["https://", "https://ghcr.io"],
    ["quay.io/acm", "https://quay.io"],
    ["quay.io/acme/ap", "https://quay.io"],
    ["quay.io/acme/app/x", "https://quay.io"],
    ["quay.io/v1", "https://quay.io"],
    ["quay.io//", "https://quay.io"],
    ["docker.io", "https://hub.docker.io"],
    ["docker.io", "http://docker.io:5000"],
    ["docker.io.evil.example", "https://docker.io"],
    ["evil@ghcr.io", "https://ghcr.io"],
    ["ghcr.io\n", "https://ghcr.io"],
    ["gh\tcr.io", "https://ghcr.io"],
  ])("%j: nothing at %s", (key, origin) => {
    expect(matchKey(key, parseServer(origin), "acme/app")).toBeUndefined();
  });

  it("no part of a registry when no repository is named", () => {
    expect(matchingKeys(["quay.io/acme", "quay.io"], parseServer("quay.io"), undefined)).toEqual(["quay.io"]);
  });

  it("nothing of another host, whatever the two are", () => {
    fc.assert(
      fc.property(fc.domain(), fc.domain(), (key, host) => {
        fc.pre(key !== host);
        expect(matchKey(key, parseServer(`https://${host}`), "a/b")).toBeUndefined();
        expect(matchKey(host, parseServer(`https://${host}`), "a/b")).toBe(0);
      }),
    );
  });
});

describe("of several keys", () => {
  it("the longest part comes first, then today's spelling, then the file's order", () => {
    const keys = [
      "https://quay.io/v1/",
      "quay.io/acme",
      "QUAY.io",
      "quay.io",
      "quay.io/acme/app",
      "other.io",
    ];
    expect(matchingKeys(keys, parseServer("quay.io"), "acme/app")).toEqual([
      "quay.io/acme/app",
      "quay.io/acme",
      "quay.io",
      "https://quay.io/v1/",
      "QUAY.io",
    ]);
  });

  it("Docker Hub's own comes before its other names", () => {
    const keys = ["docker.io", "registry-1.docker.io", "https://index.docker.io/v1/"];
    expect(matchingKeys(keys, parseServer("docker.io"), undefined)[0]).toBe("https://index.docker.io/v1/");
  });
});
