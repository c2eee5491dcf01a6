import { BaleError } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { threeWay } from "./three-way.js";
import { changeAt, diffOf, entries, inputOf, type Situation, untracked } from "./trees.testing.js";

function verdict(situation: Situation, path = "a"): string | undefined {
  const change = changeAt(situation, path);
  return change && (change.clash ? `${change.verdict} clash` : change.verdict);
}

describe("the table of three trees", () => {
  it("W = R: in sync, and a change only where the base needs repair", () => {
    expect(diffOf({ base: { a: "1" }, local: { a: "1" }, remote: { a: "1" } })).toMatchObject({
      changes: [],
      inSync: 1,
    });
    expect(verdict({ base: { a: "1" }, local: { a: "2" }, remote: { a: "2" } })).toBe("in-sync");
    expect(verdict({ local: { a: "2" }, remote: { a: "2" } })).toBe("in-sync");
    expect(diffOf({ base: { a: "1" } })).toMatchObject({
      changes: [{ verdict: "in-sync", path: "a" }],
      inSync: 0,
    });
  });

  it("W = B ≠ R: remote change, whether changed, removed or added there", () => {
    expect(verdict({ base: { a: "1" }, local: { a: "1" }, remote: { a: "2" } })).toBe("remote-change");
    expect(verdict({ base: { a: "1" }, local: { a: "1" } })).toBe("remote-change");
    expect(verdict({ remote: { a: "1" } })).toBe("remote-change");
    expect(verdict({ remote: { a: "1" }, held: ["a"] })).toBe("remote-change");
  });

  it("R = B ≠ W: local change, whether changed, deleted or added here", () => {
    expect(verdict({ base: { a: "1" }, local: { a: "2" }, remote: { a: "1" } })).toBe("local-change");
    expect(verdict({ base: { a: "1" }, remote: { a: "1" } })).toBe("local-change");
    expect(verdict({ local: { a: "1" } })).toBe("local-change");
  });

  it("R = B ≠ W: removed and still on disk is a local change, whatever the bytes on disk", () => {
    for (const bytes of ["1", "2"])
      expect(verdict({ base: { a: "1" }, remote: { a: "1" }, inTheWay: { a: untracked(bytes) } })).toBe(
        "local-change",
      );
  });

  it("B, W, R all differ: conflict", () => {
    expect(verdict({ base: { a: "1" }, local: { a: "2" }, remote: { a: "3" } })).toBe("conflict");
    expect(verdict({ local: { a: "2" }, remote: { a: "3" } })).toBe("conflict");
    expect(verdict({ base: { a: "1" }, local: { a: "2" } })).toBe("conflict");
    expect(verdict({ base: { a: "1" }, remote: { a: "2" } })).toBe("conflict");
  });

  it("B absent, R present, same bytes in the way: adopt; with another executable bit: collision", () => {
    expect(verdict({ remote: { a: "1" }, inTheWay: { a: untracked("1") } })).toBe("adopt");
    expect(verdict({ remote: { a: "1" }, inTheWay: { a: untracked("1 exec") } })).toBe("collision");
  });

  it("B absent, R present, other bytes in the way: collision", () => {
    expect(verdict({ remote: { a: "1" }, inTheWay: { a: untracked("2") } })).toBe("collision");
    expect(verdict({ remote: { a: "1" }, inTheWay: { a: { kind: "special" } } })).toBe("collision");
  });

  it("W absent, R ≠ B, something in the way: conflict, even when the bytes are the remote's", () => {
    for (const bytes of ["1", "2", "3"])
      expect(verdict({ base: { a: "1" }, remote: { a: "2" }, inTheWay: { a: untracked(bytes) } })).toBe(
        "conflict",
      );
    expect(
      verdict({
        base: { a: "1" },
        remote: { a: "2" },
        inTheWay: { a: { kind: "folder", holdsUntracked: true } },
      }),
    ).toBe("conflict clash");
  });

  it("a difference in layer, kind or size alone is a change", () => {
    expect(verdict({ base: { a: "1" }, local: { a: "1@data" }, remote: { a: "1" } })).toBe("local-change");
    expect(verdict({ base: { a: "1" }, local: { a: "1 exec" }, remote: { a: "1" } })).toBe("local-change");
    expect(verdict({ base: { a: "1" }, local: { a: "1" }, remote: { a: "1@data" } })).toBe("remote-change");
    expect(verdict({ base: { a: "1" }, local: { a: "1@data" }, remote: { a: "1 exec" } })).toBe("conflict");
  });
});

describe("file here, folder there", () => {
  const folder = { kind: "folder", holdsUntracked: false } as const;
  const strangers = { kind: "folder", holdsUntracked: true } as const;

  it("an untracked folder where the remote has a file: collision, named a clash", () => {
    expect(verdict({ remote: { a: "1" }, inTheWay: { a: strangers } })).toBe("collision clash");
  });
  it("a folder without any file is no obstacle", () => {
    expect(verdict({ remote: { a: "1" }, inTheWay: { a: folder } })).toBe("remote-change");
  });
  it("an untracked file where the remote has a folder: collision, named a clash", () => {
    const situation: Situation = {
      remote: { "a/x": "1" },
      inTheWay: { "a/x": { kind: "parent-is-file", path: "a" } },
    };
    expect(verdict(situation, "a/x")).toBe("collision clash");
  });
  it("a file added here where the remote adds a folder: both are named, with the paths between them in the way of nothing", () => {
    const situation: Situation = { local: { a: "1", "a-b": "1" }, remote: { "a-b": "1", "a/x": "1" } };
    expect(verdict(situation, "a/x")).toBe("collision clash");
    expect(verdict(situation, "a")).toBe("local-change clash");
    expect(changeAt(situation, "a")).toMatchObject({ clashesWith: "a/x", carriedClash: "a/x" });
    expect(changeAt(situation, "a/x")).toMatchObject({ clashesWith: "a" });
  });
  it("files added here below a path that the remote adds as a file", () => {
    const situation: Situation = {
      local: { "a/x": "1", "a/y/z": "2" },
      remote: { a: "1" },
      inTheWay: { a: folder },
    };
    expect(verdict(situation, "a")).toBe("collision clash");
    expect(verdict(situation, "a/x")).toBe("local-change clash");
    expect(changeAt(situation, "a/y/z")).toMatchObject({ clash: true, clashesWith: "a" });
  });
  it("what is unchanged here and gone there makes room, either way round", () => {
    const toFile: Situation = {
      base: { "a/x": "1" },
      local: { "a/x": "1" },
      remote: { a: "2" },
      inTheWay: { a: folder },
    };
    expect(verdict(toFile, "a")).toBe("remote-change");
    expect(verdict(toFile, "a/x")).toBe("remote-change");
    const toFolder: Situation = {
      base: { a: "1" },
      local: { a: "1" },
      remote: { "a/x": "2" },
      inTheWay: { "a/x": { kind: "parent-is-file", path: "a" } },
    };
    expect(verdict(toFolder, "a")).toBe("remote-change");
    expect(verdict(toFolder, "a/x")).toBe("remote-change");
  });
  it("a file edited here that the remote replaced by a folder", () => {
    const situation: Situation = { base: { a: "1" }, local: { a: "2" }, remote: { "a/x": "1" } };
    expect(verdict(situation, "a")).toBe("conflict clash");
    expect(verdict(situation, "a/x")).toBe("collision clash");
  });
  it("a file replaced by a folder here alone is a local change, not a clash", () => {
    const situation: Situation = {
      base: { a: "1" },
      local: { "a/x": "2" },
      remote: { a: "1" },
      inTheWay: { a: folder },
    };
    expect(verdict(situation, "a")).toBe("local-change");
    expect(verdict(situation, "a/x")).toBe("local-change");
  });
  it("a path of the remote that is neither held nor selected clashes only with a push", () => {
    const situation: Situation = { local: { "a/x": "1" }, remote: { a: "1@data" }, selected: ["code"] };
    expect(diffOf(situation)).toMatchObject({
      unheld: 1,
      changes: [{ path: "a/x", verdict: "local-change", carriedClash: "a" }],
    });
    expect(changeAt(situation, "a/x")?.clash).toBeUndefined();
  });
});

describe("held and selected", () => {
  it("a path that is neither is counted and never appears, whatever is in its way", () => {
    const situation: Situation = {
      remote: { a: "1@data", b: "1@data" },
      selected: ["code"],
      inTheWay: { a: untracked("2") },
    };
    expect(diffOf(situation)).toMatchObject({ changes: [], inSync: 0, unheld: 2 });
  });
  it("base entries of paths that are not held are ignored", () => {
    const input = {
      ...inputOf({ base: { a: "1@data" }, remote: { a: "2@data" }, selected: ["code"] }),
      held: () => false,
    };
    expect(threeWay(input)).toMatchObject({ changes: [], unheld: 1 });
  });
  it("a held path stays in the comparison when its layer is not selected", () => {
    expect(
      changeAt(
        { base: { a: "1@data" }, local: { a: "1@data" }, remote: { a: "2@data" }, selected: ["code"] },
        "a",
      ),
    ).toMatchObject({ verdict: "remote-change", held: true, selected: false });
  });
  it("a remote move out of the selection is marked as one", () => {
    const moved: Situation = {
      base: { a: "1" },
      local: { a: "1" },
      remote: { a: "1@data" },
      selected: ["code"],
    };
    expect(changeAt(moved, "a")).toMatchObject({ verdict: "remote-change", movedOut: true });
    expect(changeAt({ ...moved, local: { a: "2" } }, "a")).toMatchObject({
      verdict: "conflict",
      movedOut: true,
    });
    expect(changeAt({ ...moved, local: {} }, "a")).toMatchObject({ verdict: "conflict", movedOut: true });
    expect(changeAt({ ...moved, local: { a: "1@data" } }, "a")).toMatchObject({ verdict: "in-sync" });
  });
  it("the layer bale is selected by every selection", () => {
    expect(changeAt({ remote: { "bale.yaml": "1@bale" }, selected: [] }, "bale.yaml")).toMatchObject({
      verdict: "remote-change",
      selected: true,
      held: false,
    });
  });
  it("a path added to a layer that is not selected is held", () => {
    expect(changeAt({ local: { a: "1@data" }, selected: ["code"] }, "a")).toMatchObject({
      held: true,
      selected: false,
    });
  });
  it("a path tracked and gone before any synchronisation leaves no trace", () => {
    expect(diffOf({ held: ["a"] }).changes).toEqual([]);
  });
});

describe("histories", () => {
  it("remote behind: every difference of a held path is a local change", () => {
    const behind: Situation = {
      base: { a: "2", b: "1" },
      local: { a: "2" },
      remote: { a: "1", b: "2" },
      remoteBehind: true,
    };
    expect(verdict(behind, "a")).toBe("local-change");
    expect(verdict(behind, "b")).toBe("local-change");
    expect(verdict({ remote: { a: "1" }, remoteBehind: true })).toBe("remote-change");
  });
  it("remote absent: what is here is new, what is not here is nothing", () => {
    const absent: Situation = { base: { a: "1", b: "1" }, local: { a: "1", c: "1" }, remoteAbsent: true };
    expect(diffOf(absent).changes.map(({ path, verdict }) => `${path} ${verdict}`)).toEqual([
      "a local-change",
      "c local-change",
    ]);
  });
});

describe("renames", () => {
  it("pairs the same digest and kind, gone and new on one side, in path order", () => {
    const here = diffOf({
      base: { "old/a": "7", "old/b": "7", c: "5" },
      local: { "new/a": "7", "new/b": "7", d: "5 exec" },
      remote: { "old/a": "7", "old/b": "7", c: "5" },
    });
    expect(
      here.changes.filter((change) => change.renamedFrom).map((change) => [change.renamedFrom, change.path]),
    ).toEqual([
      ["old/a", "new/a"],
      ["old/b", "new/b"],
    ]);
    const there = diffOf({ base: { a: "7" }, local: { a: "7" }, remote: { b: "7" } });
    expect(there.changes).toMatchObject([{ path: "a" }, { path: "b", renamedFrom: "a" }]);
  });
  it("does not pair empty files, and takes each old path once", () => {
    const empty = diffOf({ base: { a: "0" }, local: { b: "0" }, remote: { a: "0" } });
    expect(empty.changes.some((change) => change.renamedFrom)).toBe(false);
    const once = diffOf({ base: { a: "7" }, local: { b: "7", c: "7" }, remote: { a: "7" } });
    expect(once.changes.filter((change) => change.renamedFrom).map((change) => change.path)).toEqual(["b"]);
  });
});

describe("the walk", () => {
  it("refuses a tree that is not sorted, instead of judging it wrongly", () => {
    const input = { ...inputOf({}), local: entries({ a: "1", b: "1" }).reverse() };
    expect(() => threeWay(input)).toThrowError(expect.objectContaining({ code: "INTERNAL" }));
    expect(() =>
      threeWay({ ...inputOf({}), base: [...entries({ a: "1" }), ...entries({ a: "1" })] }),
    ).toThrow(BaleError);
  });
  it("sorts by bytes, where UTF-16 order differs", () => {
    const tree = { "\u{1f600}": "1", "\uff5e": "1" };
    expect(diffOf({ base: tree, local: tree, remote: { "\u{1f600}": "2", "\uff5e": "1" } })).toMatchObject({
      inSync: 1,
      changes: [{ path: "\u{1f600}", verdict: "remote-change" }],
    });
  });
  it("reads lazy trees once and closes them", () => {
    let closed = 0;
    const lazy = function* () {
      try {
        yield* entries({ a: "1", b: "2" });
      } finally {
        closed++;
      }
    };
    expect(
      threeWay({ ...inputOf({ base: { a: "1", b: "2" } }), local: lazy(), remote: lazy() }),
    ).toMatchObject({ inSync: 2 });
    expect(closed).toBe(2);
  });
  it("asks what is in the way only for remote paths that are absent here", () => {
    const asked: string[] = [];
    threeWay({
      ...inputOf({
        base: { a: "1", d: "1@data" },
        local: { a: "1", c: "1" },
        remote: { a: "2", b: "1", e: "1@data" },
        selected: ["code"],
      }),
      inTheWay: (path) => {
        asked.push(path);
        return undefined;
      },
    });
    expect(asked).toEqual(["b"]);
  });
});
