import type { DiffResult, ListResult, PullResult, PushResult, ShowResult, VerifyResult } from "@bale/sdk";
import type { Digest } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { textStyle } from "../terminal/text-style.js";
import { renderDiff, renderDiffStat, renderNameOnly, renderPatch } from "./diff.js";
import { renderList, renderLog, renderShow } from "./look.js";
import { renderCopy, renderPull, renderPush, renderTag } from "./share.js";
import { renderDoctor, renderGc, renderReplaced, renderVerify } from "./upkeep.js";
import { renderAdd, renderRemove } from "./work.js";

const plain = textStyle({ color: false });
const painted = textStyle({ color: true });
const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}` as Digest;

const push: PushResult = {
  reference: "ghcr.io/acme/app:v1",
  manifest: digest("a"),
  contentDigest: digest("b"),
  outcome: "pushed",
  changes: [],
  removed: ["old.txt"],
  sentFiles: 12,
  sentBlobs: 2,
  sentBytes: 3_250_586,
  reusedBlobs: 1204,
  mountedBlobs: 0,
  exact: false,
  artifactType: "application/vnd.acme.model.v1",
  tags: [
    { tag: "v1", outcome: "moved", previous: digest("c"), guarantee: "checked" },
    { tag: "latest", outcome: "unchanged", previous: digest("a"), guarantee: "checked" },
  ],
};
const pull: PullResult = {
  reference: "ghcr.io/acme/app:v1",
  manifest: digest("a"),
  contentDigest: digest("b"),
  outcome: "pulled",
  changes: [],
  summary: {
    writes: 2,
    writeBytes: 2048,
    deletes: 1,
    adopts: 1,
    repairs: 0,
    keptLocal: 3,
    outside: 0,
    inSync: 5,
    unheld: 0,
  },
  written: ["a", "b"],
  deleted: ["c"],
  adopted: ["d"],
  dropped: [],
  notDropped: [{ path: "kept.bin", reason: "changed here" }],
  downloadedFiles: 2,
  downloadedBytes: 1024,
  leftOut: ["data"],
  role: "runtime",
  lineage: { relation: "newer" },
  blocked: [],
  keptOld: 1,
};

describe("a push and a pull", () => {
  it("name the digest beside the tag, what was sent, and how safe the tags are", () => {
    expect(renderPush(plain, push, 40)).toBe(
      [
        "pushed ghcr.io/acme/app:v1",
        `  digest   ${digest("a")}`,
        `  content  ${digest("b")}`,
        "  sent     12 files in 2 blobs, 3.1 MiB",
        "  reused   1,204 blobs",
        "  tags     v1 (checked), latest (unchanged)",
        "removed there (1)",
        "  old.txt",
        "",
      ].join("\n"),
    );
  });

  it("speak in the conditional on a dry run", () => {
    const text = renderPush(
      plain,
      { ...push, outcome: "dry-run", manifest: undefined, tags: [], removed: [] },
      40,
    );
    expect(text).toMatch(/^would push ghcr\.io/);
    expect(text).toContain("to send  12 files in 2 blobs, at most 3.1 MiB");
    expect(
      renderPull(plain, { ...pull, outcome: "dry-run", written: [], deleted: [], adopted: [] }, 40),
    ).toContain("2 files to write (2.0 KiB), 1 to remove, 1 taken as they are");
  });

  it("say what was written, fetched, kept and left out", () => {
    expect(renderPull(plain, { ...pull, directory: "/srv/app" }, 40)).toBe(
      [
        "pulled ghcr.io/acme/app:v1",
        `  digest     ${digest("a")}`,
        `  content    ${digest("b")}`,
        "  role       runtime",
        "  files      2 files written (2.0 KiB), 1 removed, 1 taken as they are",
        "  fetched    2 files, 1.0 KiB",
        "  kept       3 local changes",
        "  put aside  1 file; `bale restore` lists them",
        "  left out   data",
        "  into       /srv/app",
        "not dropped (1)",
        "  kept.bin: changed here",
        "",
      ].join("\n"),
    );
  });

  it("are short when nothing happened", () => {
    expect(
      renderPush(plain, { ...push, outcome: "nothing-to-do", removed: [], tags: [], reusedBlobs: 0 }, 40),
    ).toBe(`nothing to push: ghcr.io/acme/app:v1\n  digest   ${digest("a")}\n  content  ${digest("b")}\n`);
  });
});

const diff: DiffResult = {
  a: "base",
  b: "working tree",
  changes: [
    {
      path: "a.bin",
      change: "modified",
      before: { digest: digest("1"), size: 100, kind: "file", layer: "code" },
      after: { digest: digest("2"), size: 2148, kind: "file", layer: "code" },
    },
    {
      path: "b.txt",
      change: "renamed",
      from: "old.txt",
      before: { digest: digest("1"), size: 5, kind: "file", layer: "code" },
      after: { digest: digest("1"), size: 5, kind: "file", layer: "data" },
    },
    {
      path: "c.txt",
      change: "removed",
      before: { digest: digest("1"), size: 3000, kind: "file", layer: "code" },
    },
  ],
  verdicts: undefined,
};

describe("a diff", () => {
  it("lists, counts, or names", () => {
    expect(renderDiff(plain, diff, 40)).toBe(
      "from base to working tree\n  modified  a.bin\n  renamed   old.txt → b.txt (code → data)\n  removed   c.txt\n",
    );
    expect(renderDiffStat(plain, diff)).toContain(
      "  modified  +2.0 KiB  a.bin\n  renamed       +0 B  old.txt → b.txt\n",
    );
    expect(renderDiffStat(plain, diff)).toContain("3 changes: 0 added, 1 removed, 2 changed, -952 B\n");
    expect(renderNameOnly(diff)).toBe("a.bin\nb.txt\nc.txt\n");
    expect(renderDiff(plain, { ...diff, changes: [] }, 40)).toBe("no differences\n");
    expect(renderDiff(plain, { ...diff, verdicts: [] }, 40)).toBe("base and the working tree agree\n");
  });

  it("shows changed lines with their tabs, and why some are not shown", () => {
    const [first, ...rest] = diff.changes;
    if (!first) throw new Error("no change");
    const patched = {
      ...diff,
      changes: [
        { ...first, patch: { text: "--- a/a.bin\n+++ b/a.bin\n@@ -1 +1 @@\n-\told\n+\tnew\u001b\n" } },
        { ...first, patch: { reason: "binary" as const } },
        ...rest,
      ],
    };
    expect(renderPatch(plain, patched)).toContain("-\told\n+\tnew\\u{1b}\n");
    expect(renderPatch(plain, patched)).toContain("a.bin: binary files differ\n");
    expect(renderPatch(painted, patched)).toContain("\u001b[31m-\told\u001b[0m");
  });
});

describe("looks", () => {
  const list: ListResult = {
    reference: "r",
    manifest: digest("a"),
    contentDigest: digest("b"),
    leftOut: [],
    files: [
      { path: "run.sh", kind: "exec", size: 10, digest: digest("1"), layer: "code", stores: ["registry"] },
      { path: "to", kind: "link", size: 6, digest: digest("2"), layer: "data", target: "run.sh", stores: [] },
    ],
  };
  const show: ShowResult = {
    reference: "ghcr.io/acme/app:v1",
    manifest: digest("a"),
    contentDigest: digest("b"),
    bale: true,
    artifactType: "application/vnd.acme.model.v1",
    envelope: "native",
    exact: false,
    parent: "none",
    annotations: { "org.example.key": "value\u001b" },
    files: 2,
    size: 16,
    layers: [{ name: "code", files: 2, size: 16, digest: digest("1"), storedSize: 20 }],
    roles: [{ name: "runtime", layers: ["code"], files: 2, size: 16 }],
    defaultRole: "runtime",
    stores: [],
    manifestLayers: 3,
  };

  it("line files up by kind, size, layer and path", () => {
    expect(renderList(plain, list)).toBe("x  10 B  code  run.sh\nl   6 B  data  to → run.sh\n");
  });

  it("describe a bundle with layers, roles and annotations, or one file of it", () => {
    const text = renderShow(plain, show);
    expect(text).toContain("  envelope  native\n");
    expect(text).toContain("  runtime (default)  2 files  16 B  code\n");
    expect(text).toContain("  org.example.key=value\\u{1b}\n");
    const [file] = list.files;
    expect(renderShow(plain, { ...show, file })).toContain("  path    run.sh\n");
  });

  it("say how a history ends", () => {
    const entry = {
      manifest: digest("a"),
      contentDigest: digest("b"),
      version: "1.2.0",
      created: undefined,
      annotations: { "org.example.a": "b" },
    };
    const log = { reference: "r", entries: [entry], end: "gone" as const };
    expect(renderLog(plain, log)).toBe(
      `${digest("a")}\n  version        1.2.0\n  content        sha256:bbbbbbbbbbbb\n  org.example.a  b\n\nthe manifest before this one is gone\n`,
    );
  });
});

describe("the rest", () => {
  it("says what verify found", () => {
    const result: VerifyResult = {
      subject: "ghcr.io/acme/app:v1",
      manifest: digest("a"),
      contentDigest: digest("b"),
      layers: [{ name: "code", digest: digest("1"), files: 2, ok: false }],
      checkedFiles: 2,
      checkedBlobs: 3,
      checkedBytes: 2048,
      problems: [{ path: "a.txt", code: "DIGEST_MISMATCH", message: "other bytes" }],
    };
    const text = renderVerify(plain, result);
    expect(text).toMatch(/^1 problem ghcr/);
    expect(text).toContain("  DIGEST_MISMATCH a.txt: other bytes\n");
    expect(renderVerify(plain, { ...result, problems: [] })).toMatch(/^verified ghcr/);
  });

  it("is plain about upkeep", () => {
    expect(renderGc(plain, { removedFiles: 0, removedBytes: 0, kept: 3 }, false)).toBe("nothing to remove\n");
    expect(renderGc(plain, { removedFiles: 2, removedBytes: 2048, kept: 3 }, true)).toBe(
      "would remove 2 files, 2.0 KiB\n",
    );
    expect(renderDoctor(plain, { root: "/w", problems: [] })).toBe("healthy /w\n");
    expect(renderDoctor(plain, { root: "/w", problems: [{ what: "x", fix: "y", repaired: false }] })).toBe(
      "/w\n  problem  x\n            y\n",
    );
    expect(renderReplaced(plain, [])).toBe("nothing was put aside\n");
    expect(renderReplaced(plain, [{ path: "a", id: "x", atMs: 0, reason: "pull", size: 3 }])).toBe(
      "1970-01-01 00:00:00  pull  3 B  a\n",
    );
  });

  it("tells what add and remove left alone, and why", () => {
    const add = {
      added: [],
      alreadyTracked: [],
      ignored: ["tmp/"],
      missing: ["x"],
      refusedLinks: [],
      problems: [],
      complete: false,
    };
    const text = renderAdd(plain, add, { dryRun: false, limit: 40 });
    expect(text).toContain("nothing to add\n");
    expect(text).toContain("ignored; --force adds them (1)\n  tmp/\n");
    expect(text).toContain("not there (1)\n  x\n");
    expect(
      renderRemove(
        plain,
        { removed: [], deleted: [], kept: [], missing: ["x"] },
        { dryRun: false, limit: 40 },
      ),
    ).toContain("not tracked (1)\n  x\n");
  });

  it("names both ends of a copy, and both digests of a tag that moved", () => {
    expect(
      renderCopy(plain, {
        source: "a",
        destination: "b",
        manifest: digest("a"),
        outcome: "copied",
        copiedBlobs: 1,
        copiedBytes: 10,
        mountedBlobs: 0,
        reusedBlobs: 2,
      }),
    ).toContain("copied a to b\n");
    const tag = renderTag(plain, {
      reference: "r",
      tag: "stable",
      manifest: digest("a"),
      outcome: "moved",
      previous: digest("b"),
    });
    expect(tag).toContain(`  before  ${digest("b")}\n`);
  });
});
