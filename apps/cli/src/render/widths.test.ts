import type { RolesResult, ShowResult, StatusResult, StorageListResult } from "@bale/sdk";
import type { Digest } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { textStyle } from "../terminal/text-style.js";
import { renderRoles, renderShow } from "./look.js";
import { renderStatus } from "./status.js";
import { renderStores } from "./storage.js";

const style = textStyle({ color: false, columns: 80 });
const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}` as Digest;
const NAMES = ["code", "config", "data", "evaluation", "notebooks", "tokenizer", "weights"];
const MANY = 1_234_567;
const SIZE = 987_654_321;

const layers = NAMES.map((name) => ({
  name,
  files: MANY,
  size: SIZE,
  digest: digest("1"),
  storedSize: SIZE,
}));
const roles = ["inference", "training"].map((name) => ({ name, layers: NAMES, files: MANY, size: SIZE }));
const shown: ShowResult = {
  reference: "ghcr.io/acme/app:v1",
  manifest: digest("a"),
  contentDigest: digest("b"),
  bale: true,
  artifactType: undefined,
  envelope: "native",
  exact: false,
  parent: "none",
  annotations: {},
  files: MANY,
  size: SIZE,
  layers,
  roles,
  defaultRole: "inference",
  stores: NAMES.map((name) => ({ name: `${name}-store`, type: "s3" })),
  manifestLayers: 7,
};
const told: RolesResult = {
  reference: shown.reference,
  defaultRole: "inference",
  roles: roles.map((role) => ({ ...role, pull: { requests: 1_234, bytes: SIZE } })),
  layers: layers.map((layer) => ({
    ...layer,
    stores: ["big", "registry"].map((store) => ({ store, blobs: 1_234, bytes: SIZE })),
  })),
  all: { requests: 9_999, bytes: SIZE },
};
const stores: StorageListResult = {
  reference: shown.reference,
  manifest: digest("a"),
  stores: ["registry", "big"].map((name) => ({
    name,
    type: name,
    line: undefined,
    trusted: true,
    declared: true,
    layers: NAMES,
    files: MANY,
    blobs: MANY,
    bytes: SIZE,
    problem:
      name === "big"
        ? "the settings of this store are not what its plugin wants: bucket is missing"
        : undefined,
  })),
};
const status: StatusResult = {
  root: "/srv/app",
  upstream: shown.reference,
  base: digest("a"),
  remote: {
    state: "known",
    manifest: digest("b"),
    contentDigest: undefined,
    seenAtMs: 0,
    problem: undefined,
  },
  lineage: { relation: "diverged" },
  role: "inference",
  layers: NAMES,
  leftOut: NAMES,
  changes: [],
  untracked: [],
  problems: [],
  unreadable: [],
  tracked: MANY,
  held: MANY,
  total: MANY,
  heldLayers: NAMES,
};

describe("80 columns hold every line but those of digests", () => {
  it.each([
    ["show", renderShow(style, shown)],
    ["roles", renderRoles(style, told)],
    ["storage ls", renderStores(style, stores)],
    ["status", renderStatus(style, { status, now: 0, limit: 40 })],
  ])("of %s", (_, text) => {
    const lines = text.split("\n").filter((line) => !/sha256:[0-9a-f]{64}/.test(line));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    // Whatever was broken is all there.
    for (const name of NAMES) expect(text).toContain(name);
  });

  it("and no command in backquotes is broken", () => {
    const text = renderStatus(textStyle({ color: false, columns: 40 }), { status, now: 0, limit: 40 });
    expect(text).toContain("`bale pull --theirs GLOB`");
    expect(text.split("\n").filter((line) => line.split("`").length % 2 === 0)).toEqual([]);
  });
});
