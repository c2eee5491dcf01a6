import { describe, expect, it } from "vitest";
import { registryProfile } from "../registry/registry-profile.js";
import { firstWay, largestBlob, mayPassInChunks } from "./upload-way.js";

const MiB = 1024 * 1024;
const plain = registryProfile("registry.example");

describe("the way of a blob", () => {
  it("is one PUT up to the threshold, and chunks above it", () => {
    expect(firstWay(plain, 0)).toBe("whole");
    expect(firstWay(plain, 64 * MiB)).toBe("whole");
    expect(firstWay(plain, 64 * MiB + 1)).toBe("chunks");
    expect(firstWay({ ...plain, chunked: false }, 64 * MiB + 1)).toBe("whole");
  });

  it("is one POST where that is known to work, except for nothing at all", () => {
    const profile = { ...plain, postUpTo: 100 };
    expect([0, 1, 100, 101].map((size) => firstWay(profile, size))).toEqual([
      "whole",
      "post",
      "post",
      "whole",
    ]);
  });

  it("is chunks where one body would be too large, and none where there are no chunks either", () => {
    const profile = { ...plain, maxRequestBytes: MiB, postUpTo: 2 * MiB };
    expect(firstWay(profile, MiB)).toBe("post");
    expect(firstWay(profile, MiB + 1)).toBe("chunks");
    expect(firstWay({ ...profile, chunked: false }, MiB + 1)).toBeUndefined();
  });

  it("may lead from a body that is too large to chunks, unless the blob is one for chunks anyway", () => {
    expect(mayPassInChunks(plain, 2 * MiB)).toBe(true);
    expect(mayPassInChunks(plain, MiB)).toBe(false);
    expect(mayPassInChunks(plain, 65 * MiB)).toBe(false);
    expect(mayPassInChunks({ ...plain, chunked: false }, 2 * MiB)).toBe(false);
  });

  it("bounds blobs by the body of a request only where there are no chunks", () => {
    expect(largestBlob(plain)).toBeUndefined();
    expect(largestBlob({ ...plain, maxRequestBytes: 5 })).toBeUndefined();
    expect(largestBlob({ ...plain, maxRequestBytes: 5, chunked: false })).toBe(5);
    expect(largestBlob({ ...plain, maxRequestBytes: 5, chunked: false, maxBlobSize: 3 })).toBe(3);
    expect(largestBlob({ ...plain, maxBlobSize: 3 })).toBe(3);
  });
});
