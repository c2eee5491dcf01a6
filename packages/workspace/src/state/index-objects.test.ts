import { hash } from "node:crypto";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Digest } from "@bale/spec";
import { beforeEach, describe, expect, it } from "vitest";
import { controlPaths } from "../control-folder.js";
import { useFolders } from "../workspace.testing.js";
import { pruneIndexObjects, readIndexObject, saveIndexObject } from "./index-objects.js";

const bytes = Buffer.from("a table");
const digest = `sha256:${hash("sha256", bytes)}` as Digest;

describe("index objects", () => {
  const folder = useFolders();
  let root = "";
  let file = "";
  beforeEach(() => {
    root = folder().root;
    file = join(controlPaths(root).index, digest.slice(7));
    saveIndexObject(root, digest, bytes);
  });

  it("come back as they were", () => {
    expect(readIndexObject(root, digest)).toEqual(bytes);
    expect(readIndexObject(root, `sha256:${"0".repeat(64)}` as Digest)).toBeUndefined();
  });

  it("are kept only under their own digest", () => {
    const other = `sha256:${"1".repeat(64)}` as Digest;
    expect(() => saveIndexObject(root, other, bytes)).toThrow(
      expect.objectContaining({ code: "DIGEST_MISMATCH" }),
    );
    expect(readIndexObject(root, other)).toBeUndefined();
  });

  it.each<[string, () => void]>([
    ["changed", () => writeFileSync(file, "b table")],
    ["empty", () => writeFileSync(file, "")],
    ["a folder", () => mkdirSync(file)],
    ["a link to nowhere", () => symlinkSync("nowhere", file)],
    ["a link to itself", () => symlinkSync(file, file)],
  ])("that are %s count as absent and are removed", async (_, damage) => {
    const { rmSync } = await import("node:fs");
    rmSync(file);
    damage();
    expect(readIndexObject(root, digest)).toBeUndefined();
    saveIndexObject(root, digest, bytes);
    expect(readIndexObject(root, digest)).toEqual(bytes);
  });

  it("go when nothing needs them", () => {
    const more = Buffer.from("more");
    const moreDigest = `sha256:${hash("sha256", more)}` as Digest;
    saveIndexObject(root, moreDigest, more);
    expect(pruneIndexObjects(root, new Set([digest]), { dryRun: true })).toBe(1);
    expect(pruneIndexObjects(root, new Set([digest]))).toBe(1);
    expect(readIndexObject(root, digest)).toEqual(bytes);
    expect(existsSync(join(controlPaths(root).index, moreDigest.slice(7)))).toBe(false);
  });
});
