import { comparePaths, type Digest, type FileState, type LayerName, parseBundlePath } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { compareTrees } from "./compare-trees.js";
import { withPatches } from "./patch.js";

type Contents = Readonly<Record<string, string>>;

function entries(contents: Contents) {
  return Object.entries(contents)
    .map(([name, text]) => {
      const state: FileState = {
        digest: `sha256:${Buffer.from(text.slice(0, 32)).toString("hex").padEnd(64, "f")}` as Digest,
        size: text.length,
        kind: "file",
        layer: "code" as LayerName,
      };
      return { path: parseBundlePath(name), state };
    })
    .sort((a, b) => comparePaths(a.path, b.path));
}

/** What each path got: `lines`, a reason, or nothing; and which contents were read for it. */
async function patchesBetween(
  a: Contents,
  b: Contents,
  limit?: { readonly files: number; readonly bytes: number },
) {
  const read: string[] = [];
  const reader = (side: string, contents: Contents) => async (path: string) => {
    read.push(`${side} ${path}`);
    return Buffer.from(contents[path] ?? "");
  };
  const changes = await withPatches(
    compareTrees(entries(a), entries(b)),
    reader("a", a),
    reader("b", b),
    limit,
  );
  const found = changes.map(({ path, patch }) => [
    path,
    patch === undefined ? undefined : "text" in patch ? "lines" : patch.reason,
  ]);
  return { found, read };
}

describe("diffs of lines", () => {
  const large = "x".repeat(1024 * 1024 + 1);
  const a = { "1": "a\n", "2": "", "3": "\0", "4": "a\n", "5": "a\n" };
  const b = { "1": "b\n", "2": large, "3": "\0\0", "4": "b\n", "5": "b\n" };

  it("are made of texts, and say why there is none", async () => {
    const { found } = await patchesBetween(a, b);
    expect(found).toEqual([
      ["1", "lines"],
      ["2", "too-large"],
      ["3", "binary"],
      ["4", "lines"],
      ["5", "lines"],
    ]);
  });

  it("are made of so many files at most, the smallest, and no other content is read; what is too large costs nothing", async () => {
    const { found, read } = await patchesBetween(a, b, { files: 2, bytes: 100 });
    expect(found).toEqual([
      ["1", "lines"],
      ["2", "too-large"],
      ["3", "binary"],
      ["4", undefined],
      ["5", undefined],
    ]);
    expect(read.sort()).toEqual(["a 1", "a 3", "b 1", "b 3"]);
    expect((await patchesBetween(a, b, { files: 0, bytes: 100 })).read).toEqual([]);
  });

  it("are made of so many bytes at most", async () => {
    const before = { "1": "long\n", "2": "a\n", "3": "b\n" };
    const { read } = await patchesBetween(
      before,
      { "1": "l\n", "2": "c\n", "3": "d\n" },
      { files: 9, bytes: 8 },
    );
    expect(read.sort()).toEqual(["a 2", "a 3", "b 2", "b 3"]);
  });
});
