import type { PathChange } from "@bale/core";
import type { StatusResult } from "@bale/sdk";
import type { BundlePath, Digest, FileState, LayerName } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { textStyle } from "../terminal/text-style.js";
import { porcelain } from "./porcelain.js";
import { renderStatus } from "./status.js";

const plain = textStyle({ color: false });
const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}` as Digest;
const state = (letter: string, layer = "code", kind: FileState["kind"] = "file"): FileState => ({
  digest: digest(letter),
  size: 10,
  kind,
  layer: layer as LayerName,
});
const change = (
  path: string,
  verdict: PathChange["verdict"],
  rest: Partial<PathChange> = {},
): PathChange => ({
  path: path as BundlePath,
  verdict,
  held: true,
  selected: true,
  ...rest,
});

const quiet: StatusResult = {
  root: "/srv/app",
  upstream: "ghcr.io/acme/app:v1",
  base: digest("a"),
  remote: {
    state: "reached",
    manifest: digest("a"),
    contentDigest: undefined,
    seenAtMs: undefined,
    problem: undefined,
  },
  lineage: { relation: "same" },
  role: undefined,
  layers: ["code"],
  leftOut: [],
  changes: [],
  untracked: [],
  problems: [],
  unreadable: [],
  tracked: 312,
  held: 312,
  total: 1204,
  heldLayers: ["code", "config"],
};
const busy: StatusResult = {
  ...quiet,
  remote: { ...quiet.remote, manifest: digest("b") },
  lineage: { relation: "newer" },
  role: "runtime",
  leftOut: ["data"],
  changes: [
    change("both.txt", "conflict", { base: state("1"), local: state("2"), remote: state("3") }),
    change("edited.txt", "local-change", { base: state("1"), local: state("2"), remote: state("1") }),
    change("gone.txt", "local-change", { base: state("4"), remote: state("4") }),
    change("moved.txt", "local-change", { base: state("1"), local: state("1", "data"), remote: state("1") }),
    change("new.txt", "local-change", { local: state("4"), renamedFrom: "gone.txt" as BundlePath }),
    change("run.sh", "local-change", {
      base: state("1"),
      local: state("1", "code", "exec"),
      remote: state("1"),
    }),
    change("theirs.txt", "remote-change", { remote: state("5"), held: false }),
    change("repaired.txt", "in-sync", { local: state("1"), remote: state("1") }),
  ],
  untracked: [{ path: "notes.txt" as BundlePath, kind: "file", size: 1 }],
  problems: [{ path: "con.txt", code: "NAME_UNPORTABLE", why: "a device name" }],
  unreadable: ["/srv/app/secret.txt cannot be read"],
};

function shown(status: StatusResult, limit = 40): string {
  return renderStatus(plain, { status, now: 1_000_000, limit });
}

describe("status for people", () => {
  it("is short when nothing differs", () => {
    expect(shown(quiet)).toBe(
      [
        "  workspace  /srv/app",
        "  upstream   ghcr.io/acme/app:v1",
        "  version    sha256:aaaaaaaaaaaa",
        "",
        "held 312 of 1,204 files (code, config)",
        "",
      ].join("\n"),
    );
  });

  it("tells conflicts, local and remote changes, what is untracked, and what to do", () => {
    expect(shown(busy)).toBe(
      [
        "  workspace  /srv/app",
        "  upstream   ghcr.io/acme/app:v1",
        "  version    sha256:aaaaaaaaaaaa",
        "  remote     sha256:bbbbbbbbbbbb, newer",
        "  role       runtime (code); left out: data",
        "",
        "conflicts (1)",
        "  both.txt: changed here, changed there",
        "",
        "local changes (4)",
        "  modified  edited.txt",
        "  layer     moved.txt (code → data)",
        "  renamed   gone.txt → new.txt",
        "  kind      run.sh (file → executable)",
        "",
        "remote changes (1)",
        "  added     theirs.txt",
        "",
        "untracked (1)",
        "  notes.txt",
        "",
        "cannot be in a bundle (1)",
        "  con.txt: a device name",
        "",
        "unreadable (1)",
        "  /srv/app/secret.txt cannot be read",
        "",
        "held 312 of 1,204 files (code, config)",
        "next: look with `bale diff --remote`; then `bale pull --theirs GLOB` takes the",
        "  remote's, `bale pull --ours GLOB` keeps yours",
        "",
      ].join("\n"),
    );
  });

  it("says when the last known remote was seen, and why it was not asked", () => {
    const known = {
      ...quiet.remote,
      state: "known" as const,
      seenAtMs: 1_000_000 - 300_000,
      problem: "no connection to ghcr.io",
    };
    const text = shown({ ...quiet, remote: known });
    expect(text).toContain("  remote     sha256:aaaaaaaaaaaa, seen 5 minutes ago\n");
    expect(text).toContain("  not asked  no connection to ghcr.io\n");
  });

  it("cuts long lists, counts them whole, and says how to see the rest", () => {
    const changes = Array.from({ length: 50 }, (_, index) =>
      change(`f${index}`, "local-change", { local: state("1") }),
    );
    const text = shown({ ...quiet, changes }, 10);
    expect(text).toContain("local changes (50)\n");
    expect(text).toContain("  and 40 more; -v lists all\n");
    expect(text.split("\n").filter((line) => line.startsWith("  added"))).toHaveLength(10);
  });

  it.each([
    [{ changes: [change("a", "remote-change", { remote: state("1") })] }, "next: `bale pull`"],
    [{ changes: [change("a", "adopt", { remote: state("1") })] }, "next: `bale pull`"],
    [{ changes: [change("a", "local-change", { local: state("1") })] }, "next: `bale push`"],
    [{ untracked: busy.untracked }, "next: `bale add PATH`"],
    [{ lineage: { relation: "diverged" } as const }, "next: somebody replaced"],
    [{ upstream: undefined, tracked: 2 }, "next: `bale push ghcr.io/acme/app:v1`"],
    [{ upstream: undefined, tracked: 0 }, "next: `bale add PATH`"],
  ])("proposes what fits %j", (difference, expected) => {
    expect(shown({ ...quiet, ...difference })).toContain(expected);
  });

  it("paints nothing without colour, whatever a name holds", () => {
    const hostile = {
      ...quiet,
      problems: [{ path: "\u001b[31mx", code: "NAME_ENCODING" as const, why: "\u0007" }],
    };
    expect(shown(hostile)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });
});

describe("status for scripts", () => {
  it("has one line a change, fields between tabs", () => {
    expect(porcelain(busy)).toBe(
      [
        "conflict\tmodified\tboth.txt",
        "local\tmodified\tedited.txt",
        "local\tremoved\tgone.txt",
        "local\tlayer\tmoved.txt",
        "local\trenamed\tnew.txt\tgone.txt",
        "local\tkind\trun.sh",
        "remote\tadded\ttheirs.txt",
        "untracked\tnotes.txt",
        "problem\tNAME_UNPORTABLE\tcon.txt",
        "",
      ].join("\n"),
    );
  });

  it("is empty when there is nothing to tell", () => {
    expect(porcelain(quiet)).toBe("");
  });
});
