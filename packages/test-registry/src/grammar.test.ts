import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptedTypes } from "./api/manifest-read.js";
import { cutPage } from "./api/paging.js";
import { formatScope, parseScope } from "./auth/scope.js";
import { parseChunkRange, parseRangeHeader } from "./byte-range.js";
import { digestOf, parseDigest } from "./digest.js";
import { noQuirks } from "./quirks/quirks.js";
import { isRepositoryName, isTag, parseRoute } from "./route.js";
import { memoryBlob } from "./store/stored-blob.js";

describe("ranges", () => {
  it("lie inside the blob, whatever the header says", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,3}-\d{0,3}$/)),
        fc.nat(200),
        (header, size) => {
          const range = parseRangeHeader(header, size);
          return range.kind !== "part" || (range.start >= 0 && range.start < range.end && range.end <= size);
        },
      ),
    );
  });

  it("name the bytes that were asked for", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(20), fc.nat(20), (bytes, start, length) => {
        const range = parseRangeHeader(`bytes=${start}-${start + length}`, bytes.length);
        const wanted = bytes.subarray(start, start + length + 1);
        if (range.kind !== "part") return wanted.length === 0;
        expect(bytes.subarray(range.start, range.end)).toEqual(wanted);
        return true;
      }),
    );
  });

  it("of chunks are read back as written", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (start, length) => {
        expect(parseChunkRange(`${start}-${start + length}`)).toEqual({ start, end: start + length + 1 });
      }),
    );
    for (const bad of ["", "5-4", "bytes 0-1/2", "-5", "5-", "0x1-2", "1e3-2000"]) {
      expect(parseChunkRange(bad)).toBeUndefined();
    }
  });

  it("are cut out of chunks of any size", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1 })),
        fc.nat(60),
        fc.nat(60),
        (chunks, from, length) => {
          const whole = Buffer.concat(chunks);
          const start = Math.min(from, whole.length);
          const end = Math.min(start + length, whole.length);
          expect(Buffer.concat([...memoryBlob(chunks).read(start, end)])).toEqual(whole.subarray(start, end));
        },
      ),
    );
  });
});

describe("names", () => {
  it("takes digests of both algorithms and nothing else", () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.constantFrom("sha256" as const, "sha512" as const),
        (bytes, algorithm) => {
          const digest = digestOf(bytes, algorithm);
          expect(parseDigest(digest)?.algorithm).toBe(algorithm);
          expect(parseDigest(digest.toUpperCase())).toBeUndefined();
          expect(parseDigest(digest.slice(0, -1))).toBeUndefined();
        },
      ),
    );
    expect(parseDigest("sha256:../../etc/passwd")).toBeUndefined();
  });

  it("knows repository names and tags", () => {
    for (const name of ["a", "acme/app", "a.b/c_d/e__f/g-h", "a--b"])
      expect(isRepositoryName(name)).toBe(true);
    for (const name of ["", "A", "a//b", "/a", "a/", "a_", ".a", "a..b", "a___b", "a/..", "x".repeat(256)]) {
      expect(isRepositoryName(name)).toBe(false);
    }
    for (const tag of ["v1", "_", "1.0.0-rc.1_x", "x".repeat(128)]) expect(isTag(tag)).toBe(true);
    for (const tag of ["", ".a", "-a", "a+b", "a/b", "x".repeat(129)]) expect(isTag(tag)).toBe(false);
  });

  it.each([
    ["/v2/", { kind: "ping" }],
    ["/v2/_catalog", { kind: "catalog" }],
    ["/v2/a/b/tags/list", { kind: "tags", repository: "a/b" }],
    ["/v2/a/tags/list/tags/list", { kind: "tags", repository: "a/tags/list" }],
    ["/v2/a/blobs/uploads", { kind: "uploads", repository: "a" }],
    ["/v2/a/blobs/uploads/x", { kind: "upload", repository: "a", session: "x" }],
    ["/v2/a/blobs/sha256%3Aabc", { kind: "blob", repository: "a", digest: "sha256:abc" }],
    ["/v2/manifests/manifests/v1", { kind: "manifest", repository: "manifests", reference: "v1" }],
    ["/v2/a/referrers/d", { kind: "referrers", repository: "a", digest: "d" }],
    ["/v1/", undefined],
    ["/v2/a/manifests/b/c", undefined],
  ])("reads the path %s", (path, route) => {
    expect(parseRoute(path)).toEqual(route);
  });

  it("reads no path wrongly enough to throw", () => {
    fc.assert(fc.property(fc.webPath(), (path) => void parseRoute(`/v2${path}`)));
  });
});

describe("pages", () => {
  it("bring every name once, in order, for any page size", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 })), fc.integer({ min: 1, max: 7 }), (names, n) => {
        const seen: string[] = [];
        for (let last: string | undefined, more = true; more; ) {
          const query = new URLSearchParams({ n: String(n), ...(last === undefined ? {} : { last }) });
          const page = cutPage(names, query, noQuirks);
          expect(page?.names.length).toBeLessThanOrEqual(n);
          seen.push(...(page?.names ?? []));
          last = page?.next?.last;
          more = last !== undefined;
        }
        expect(seen).toEqual([...names].sort());
      }),
    );
  });
});

describe("headers and scopes", () => {
  it("reads Accept without parameters and refusals", () => {
    expect(acceptedTypes("a/b;v=1, C/D ; q=0.5,e/f;q=0, g/h;q=0.000,,i/j;q=0.1")).toEqual([
      "a/b",
      "c/d",
      "i/j",
    ]);
    expect(acceptedTypes(undefined)).toEqual([]);
  });

  it("reads a scope back as it was written", () => {
    const part = fc.stringMatching(/^[a-z]{1,8}$/);
    const name = fc.stringMatching(/^[a-z:/]{0,12}$/);
    fc.assert(
      fc.property(part, name, fc.array(part), (type, middle, actions) => {
        const scope = { type, name: middle, actions };
        expect(parseScope(formatScope(scope))).toEqual(scope);
      }),
    );
    for (const bad of ["", "repository", "repository:a", ":a:pull"]) expect(parseScope(bad)).toBeUndefined();
  });
});
