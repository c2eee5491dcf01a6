import type { HttpClient } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openExchange } from "../registry/registry-repository.js";
import { closingLocation, resolveLocation } from "./resolve-location.js";

const http: HttpClient = {
  request: () => Promise.reject(new Error("nothing is asked here")),
  [Symbol.asyncDispose]: async () => undefined,
};
function resolved(origin: string, location: string): string {
  const { host } = new URL(origin);
  const exchange = openExchange({ registry: host, repository: "acme/app", origin, http });
  return resolveLocation(exchange, new URL("/v2/acme/app/blobs/uploads/", origin), location).href;
}

describe("the Location of an upload", () => {
  it.each([
    ["https://r.example", "/v2/x?_state=a%2Fb%2B=", "https://r.example/v2/x?_state=a%2Fb%2B="],
    ["https://r.example", "session-1", "https://r.example/v2/acme/app/blobs/uploads/session-1"],
    ["https://r.example", "?id=1", "https://r.example/v2/acme/app/blobs/uploads/?id=1"],
    ["https://r.example", "//other.example/u", "https://other.example/u"],
    ["https://r.example", "https://other.example:8443/u#part", "https://other.example:8443/u"],
    ["https://r.example:5000", "https://r.example/u", "https://r.example:5000/u"],
    ["https://r.example", "http://r.example/u", "https://r.example/u"],
    ["https://r.example:5000", "http://r.example:5000/u", "https://r.example:5000/u"],
    ["http://127.0.0.1:5000", "http://127.0.0.1:5001/u", "http://127.0.0.1:5001/u"],
    ["http://r.example:5000", "https://r.example/u", "https://r.example/u"],
  ])("of %s, %s, is %s", (origin, location, expected) => {
    expect(resolved(origin, location)).toBe(expected);
  });

  it.each([
    "http://other.example/u",
    "http://r.example:81/u",
    "ftp://r.example/u",
    "file:///etc/passwd",
    "https://a:b@r.example/u",
    "https://[",
  ])("of https://r.example is refused as %s", (location) => {
    expect(() => resolved("https://r.example", location)).toThrow(
      expect.objectContaining({ code: "CROSS_ORIGIN" }),
    );
  });

  it("never leads from https to http", () => {
    // Not `fc.webUrl`: it seldom makes what is asked here, and a hundred of them took two seconds.
    const part = fc.constantFrom(
      "http:",
      "https:",
      "HTTP:",
      "//",
      "/",
      "\\",
      "r.example",
      "other.example",
      ":80",
      ":443",
      "@",
      "?",
      "#",
      "..",
      "%2f",
      " ",
      "\n",
    );
    const locations = fc.oneof(
      fc.array(part, { maxLength: 8 }).map((parts) => parts.join("")),
      fc.string(),
    );
    fc.assert(
      fc.property(locations, (location) => {
        let url: string;
        try {
          url = resolved("https://r.example", location);
        } catch (error) {
          expect(error).toMatchObject({ code: "CROSS_ORIGIN" });
          return;
        }
        expect(url.startsWith("https://")).toBe(true);
      }),
    );
  });

  it("keeps the query as the registry made it when the digest is added", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    for (const [location, joint] of [
      ["https://r.example/u", "?"],
      ["https://r.example/u?_state=x%2B%2f&b", "&"],
    ])
      expect(closingLocation(new URL(location ?? ""), digest).href).toBe(
        `${location}${joint}digest=sha256%3A${"a".repeat(64)}`,
      );
  });
});
