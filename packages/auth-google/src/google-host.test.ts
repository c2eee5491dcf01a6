import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isGoogleRegistry } from "./google-host.js";
import { parseTokenUri } from "./token-uri.js";

describe("isGoogleRegistry", () => {
  test.each([
    "us-docker.pkg.dev",
    "europe-docker.pkg.dev",
    "asia-docker.pkg.dev",
    "europe-west10-docker.pkg.dev",
    "northamerica-northeast1-docker.pkg.dev",
    "gcr.io",
    "us.gcr.io",
    "marketplace.gcr.io",
  ])("%s is one of Google's", (host) => {
    expect(isGoogleRegistry(host)).toBe(true);
  });

  test.each([
    "docker.pkg.dev",
    "pkg.dev",
    "us-python.pkg.dev",
    "evil-us-docker.pkg.dev",
    "a.us-docker.pkg.dev",
    "us-docker.pkg.dev.evil.example",
    "us-docker-pkg.dev",
    "evilgcr.io",
    "gcr.io.evil.example",
    "a.b.gcr.io",
    "-.gcr.io",
    ".gcr.io",
    "gcr.io\n",
    "evil.example/gcr.io",
    "evil.example@gcr.io",
    "GCR.io",
  ])("%j is none", (host) => {
    expect(isGoogleRegistry(host)).toBe(false);
  });

  test("whatever the text, a host that it takes is one in Google's domains", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 12 }),
        fc.constantFrom("-docker.pkg.dev", ".gcr.io", "gcr.io"),
        (text, end) => {
          if (isGoogleRegistry(text + end)) expect(new URL(`https://${text}${end}/`).host).toBe(text + end);
        },
      ),
    );
  });
});

describe("parseTokenUri", () => {
  test("takes https addresses of Google's, and of hosts that the user names", () => {
    expect(parseTokenUri("https://oauth2.googleapis.com/token", [])).toBe(
      "https://oauth2.googleapis.com/token",
    );
    expect(parseTokenUri("https://www.googleapis.com/oauth2/v4/token", [])).toBeDefined();
    expect(parseTokenUri("https://token.acme.example/x", [])).toBeUndefined();
    expect(parseTokenUri("https://token.acme.example/x", ["token.acme.example"])).toBeDefined();
  });

  test.each([
    "http://oauth2.googleapis.com/token",
    "https://googleapis.com.evil.example/token",
    "https://evilgoogleapis.com/token",
    "https://oauth2.googleapis.com@evil.example/token",
    "https://evil.example/?oauth2.googleapis.com",
    "https://evil.example/#.googleapis.com",
    "https://user:pass@oauth2.googleapis.com/token",
    "https://oauth2.googleapis.com:8443/token",
    "https://oauth2.googleapis.com/token?to=evil.example",
    "file:///token",
    "oauth2.googleapis.com/token",
    "",
  ])("refuses %j", (text) => {
    expect(parseTokenUri(text, [])).toBeUndefined();
  });
});
