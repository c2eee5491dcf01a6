import type { DiffChange, DiffResult, ListedFile, RolesResult, ShowResult, StoreUse } from "@bale/sdk";
import type { Digest, LayerName } from "@bale/spec";
import type { ShowPageInput } from "./show-page.js";

/** What a page must show and never obey. */
export const EVIL: string = `<img src=x onerror=alert(1)>"'&\u202eevil\u0000`;
/** The same as readers see it. */
export const SHOWN: string = `<img src=x onerror=alert(1)>"'&\\u{202e}evil\\u{0}`;
export const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}` as Digest;
export const MEGA: number = 1024 * 1024;

export const file = (path: string, size: number, more: Partial<ListedFile> = {}): ListedFile => ({
  path,
  kind: "file",
  size,
  digest: digest("1"),
  layer: "code",
  stores: ["registry"],
  ...more,
});

export const shown: ShowResult = {
  reference: "ghcr.io/acme/app:v1",
  manifest: digest("a"),
  contentDigest: digest("b"),
  bale: true,
  artifactType: `application/vnd.acme+${EVIL}`,
  envelope: "native",
  exact: false,
  parent: "none",
  annotations: { [`key ${EVIL}`]: `value ${EVIL}` },
  files: 3,
  size: 3 * MEGA + 10,
  layers: [
    { name: "code", files: 2, size: 10, digest: digest("1"), storedSize: 8 },
    { name: "weights", files: 1, size: 3 * MEGA, digest: digest("2"), storedSize: 0 },
  ],
  roles: [{ name: "runtime", layers: ["code"], files: 2, size: 10 }],
  defaultRole: "runtime",
  stores: [{ name: "big", type: `s3${EVIL}` }],
  manifestLayers: 2,
};
export const roles: RolesResult = {
  reference: shown.reference,
  defaultRole: "runtime",
  roles: shown.roles.map((role) => ({ ...role, pull: { requests: 5, bytes: 2_048 } })),
  layers: shown.layers.map((layer, index) => ({
    ...layer,
    stores: [
      index === 0 ? { store: "registry", blobs: 1, bytes: 8 } : { store: "big", blobs: 1, bytes: 3 * MEGA },
    ],
  })),
  all: { requests: 7, bytes: 3 * MEGA + 2_048 },
};
export const store = (name: string, more: Partial<StoreUse>): StoreUse => ({
  name,
  type: name,
  line: undefined,
  trusted: true,
  declared: true,
  layers: ["code"],
  files: 2,
  blobs: 1,
  bytes: 8,
  problem: undefined,
  ...more,
});
export const input: ShowPageInput = {
  shown,
  content: {
    roles,
    stores: [
      store("registry", {}),
      store("big", { type: `s3${EVIL}`, bytes: 3 * MEGA, layers: ["weights"] }),
    ],
    files: [
      file("src/run.sh", 6, { kind: "exec" }),
      file(`src/${EVIL}/${EVIL}`, 4, { kind: "link", target: EVIL }),
      file("weights/a.bin", 3 * MEGA, { layer: "weights", stores: ["big"] }),
    ],
  },
  version: "1.2.3",
};

export const state = (letter: string, size: number, layer = "code"): NonNullable<DiffChange["after"]> => ({
  digest: digest(letter),
  size,
  kind: "file",
  layer: layer as LayerName,
});
export const changes: readonly DiffChange[] = [
  {
    path: "a/new.txt",
    change: "added",
    after: state("1", 9),
    patch: { text: "--- /dev/null\n+++ b/a/new.txt\n@@ -0,0 +1,1 @@\n+<script>alert(1)</script>\u202e\n" },
  },
  {
    path: `a/${EVIL}`,
    change: "modified",
    before: state("1", 1_000),
    after: state("2", 2_024),
    patch: { reason: "binary" },
  },
  { path: "b/gone", change: "removed", before: state("3", 3_000, "data"), patch: { reason: "too-large" } },
  { path: "b/moved", change: "renamed", from: EVIL, before: state("4", 5), after: state("4", 5, "data") },
];
export const diff: DiffResult = {
  a: `ghcr.io/acme/app:v1${EVIL}`,
  b: "working tree",
  changes,
  verdicts: undefined,
};
