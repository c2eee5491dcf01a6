import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HUB_KEY, parseServer } from "./parse-server.js";
import { thrownCode } from "./thrown-code.testing.js";

describe("a server", () => {
  it.each([
    ["https://ghcr.io", "ghcr.io"],
    ["ghcr.io", "ghcr.io"],
    ["https://GHCR.io:443/", "ghcr.io"],
    ["http://localhost:5000", "localhost:5000"],
    ["http://localhost:80", "localhost"],
    ["https://[::1]:5000", "[::1]:5000"],
    ["https://docker.io", HUB_KEY],
    ["https://index.docker.io", HUB_KEY],
    ["https://registry-1.docker.io", HUB_KEY],
    ["docker.io", HUB_KEY],
    ["http://docker.io", "docker.io"],
  ])("%s is kept under %s", (text, key) => {
    expect(parseServer(text).key).toBe(key);
  });

  it.each([
    "",
    "https://",
    "https://evil\nhost",
    "evil\r\nhost",
    "https://evil\thost",
    "https://evil host",
    "https://evil%0ahost",
    "https://evil\u0000host",
    "https://ghcr.io\n",
    "https://user@ghcr.io",
    "https://ghcr.io/v2/",
    "https://ghcr.io?x",
    "https://ghcr.io#x",
    "https://ghcr.io:99999",
    "https://999.999.999.999",
    "ftp://ghcr.io",
    "-ghcr.io",
  ])("is never %j", (text) => {
    expect(thrownCode(() => parseServer(text))).toBe("REFERENCE_INVALID");
  });

  it("has nothing in its key that could end a line or start an option", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.domain(), fc.ipV4Extended(), fc.ipV6()),
        (text) => {
          if (thrownCode(() => parseServer(text)) !== "accepted") return;
          expect(parseServer(text).key).toMatch(
            /^(?:https:\/\/index\.docker\.io\/v1\/|[a-z0-9[][a-z0-9.:[\]-]*)$/,
          );
        },
      ),
    );
  });

  it("is not repeated when it is refused: it may hold a password", () => {
    expect(() => parseServer("https://alice:s3cr3t@ghcr.io")).toThrow(/^(?!.*s3cr3t)/);
  });
});
