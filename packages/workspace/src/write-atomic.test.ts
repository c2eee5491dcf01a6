import { readdirSync, readFileSync, statSync } from "node:fs";
import { BaleError } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { localError, throwIfAborted } from "./local-error.js";
import { useFolders } from "./workspace.testing.js";
import { createFrontier } from "./write/pending-file.js";
import { writeFileAtomic, writeNewFile } from "./write-atomic.js";

describe("atomic writing", () => {
  const make = useFolders();

  it("replaces whole files, private unless asked otherwise", () => {
    const { root, path } = make();
    writeFileAtomic(path("f"), Buffer.from("one"), { sync: true });
    writeFileAtomic(path("f"), Buffer.from("two"), { sync: false });
    expect(readFileSync(path("f"), "utf8")).toBe("two");
    expect(statSync(path("f")).mode & 0o777).toBe(0o600);
    expect(readdirSync(root)).toEqual(["f"]);
  });

  it("leaves nothing behind when it fails", () => {
    const { root, path } = make();
    expect(() => writeFileAtomic(path("none/f"), Buffer.from("x"), { sync: false })).toThrow(BaleError);
    expect(() => writeFileAtomic(root, Buffer.from("x"), { sync: false })).toThrow(BaleError);
    expect(readdirSync(root)).toEqual([]);
  });

  it("never takes a file that is there", () => {
    const { path, write } = make();
    write("f", "mine");
    const options = { mode: 0o600, sync: false, label: "f" };
    expect(() => writeNewFile(path("f"), Buffer.from("x"), options)).toThrow(BaleError);
    expect(readFileSync(path("f"), "utf8")).toBe("mine");
  });
});

describe("local errors", () => {
  it.each([
    ["ENOSPC", "NO_SPACE"],
    ["EDQUOT", "NO_SPACE"],
    ["EACCES", "PERMISSION"],
    ["EPERM", "PERMISSION"],
    ["EROFS", "PERMISSION"],
    ["EMFILE", "OPEN_FILES"],
    ["ENFILE", "OPEN_FILES"],
    ["EFBIG", "FILE_TOO_BIG"],
    ["ENAMETOOLONG", "PATH_TOO_LONG"],
    ["EIO", "IO"],
    ["ABORT_ERR", "INTERRUPTED"],
  ])("%s is %s", (errno, code) => {
    const error = localError(Object.assign(new Error("x"), { code: errno }), "/a/b", "writing");
    expect(error).toMatchObject({ code });
    expect(error.message).toContain("/a/b");
  });

  it("tell how much room is left, keep what is mapped, and survive anything", () => {
    const full = localError(
      Object.assign(new Error("x"), { code: "ENOSPC" }),
      `${process.cwd()}/x`,
      "writing",
    );
    expect(full.context["free"]).toBeGreaterThanOrEqual(0);
    expect(localError(full, "/y", "reading")).toBe(full);
    expect(localError("text", "/y", "reading").code).toBe("IO");
    expect(localError(undefined, "/y", "reading").code).toBe("IO");
  });

  it("come from a signal", () => {
    throwIfAborted(undefined, "working");
    expect(() => throwIfAborted(AbortSignal.abort(), "working")).toThrow(
      expect.objectContaining({ code: "INTERRUPTED" }),
    );
  });
});

describe("frontier of ranges", () => {
  it("moves over what is written without a gap", () => {
    const frontier = createFrontier();
    expect(frontier.add(10, 20)).toBe(0);
    expect(frontier.add(20, 30)).toBe(0);
    expect(frontier.add(0, 10)).toBe(30);
    expect(frontier.add(40, 50)).toBe(30);
    expect(frontier.add(5, 40)).toBe(50);
    expect(frontier.add(0, 3)).toBe(50);
  });
});
