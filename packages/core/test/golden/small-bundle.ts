import {
  type BlobRef,
  type Deflater,
  type Digest,
  type FileRow,
  type LayerName,
  type LayerSummary,
  MEDIA_TYPES,
  parseBundlePath,
  type RoleName,
  type Root,
  type StoreName,
} from "@bale/spec";
import { contentDigest } from "../../src/identity/content-digest.js";
import { createLayerHash } from "../../src/identity/layer-hash.js";
import { encodeRoot } from "../../src/index-format/encode-root.js";
import { type EncodedTable, encodeTables } from "../../src/index-format/encode-tables.js";
import { buildManifest } from "../../src/manifest/build-manifest.js";
import { deflater, hasher, sha256 } from "../../src/node-ports.testing.js";

// A deflater whose output never pays, so that tables are framed in stored blocks: zlib's own bytes differ between its versions.
const storing: Deflater = { ...deflater, deflateRaw: (bytes) => bytes };

const pack: BlobRef = { digest: sha256("a pack"), size: 4_096 };
const model: BlobRef = { digest: sha256("the model"), size: 9 };
const cold: BlobRef = { digest: sha256("old data"), size: 8, store: "cold" as StoreName };

function row(path: string, kind: FileRow["kind"], content: string, change: Partial<FileRow> = {}): FileRow {
  const size = Buffer.byteLength(content);
  return { path: parseBundlePath(path), kind, digest: sha256(content), size, extents: [], ...change };
}
const packed = (path: string, kind: FileRow["kind"], content: string, skip: number): FileRow => {
  const take = Buffer.byteLength(content);
  return row(path, kind, content, {
    extents: [{ blob: pack, offset: 0, length: 900, member: { skip, take } }],
  });
};

const ROWS: Readonly<Record<string, readonly FileRow[]>> = {
  bale: [packed("bale.yaml", "file", "ref: ghcr.io/acme/app\n", 512)],
  code: [
    packed("bin/run.sh", "exec", "#!/bin/sh\n", 1_536),
    row("bin/start", "link", "run.sh", { target: "run.sh" }),
    row("empty.txt", "file", ""),
    packed("\u65e5\u672c/caf\u00e9.txt", "file", "hello", 2_560),
  ],
  data: [
    row("data/model.bin", "file", "the model", { extents: [{ blob: model, offset: 0, length: 9 }] }),
    row("data/old.bin", "file", "old data", { extents: [{ blob: cold, offset: 0, length: 8 }] }),
    row("data/parts.bin", "file", "moold", {
      extents: [
        { blob: model, offset: 4, length: 2 },
        { blob: cold, offset: 0, length: 3 },
      ],
      trailing: [{ later: [1, "two"] }],
    }),
  ],
  empty: [],
};

function summarise(rows: readonly FileRow[], tables: readonly EncodedTable[]): LayerSummary {
  const hash = createLayerHash(hasher);
  for (const each of rows) hash.add(each);
  return { ...hash.finish(), tables: tables.map(({ ref }) => ref) };
}

export interface SmallBundle {
  readonly root: string;
  readonly contentDigest: Digest;
  /** Hexadecimal bytes of each layer's table. */
  readonly tables: Readonly<Record<string, string>>;
  readonly nativeManifest: string;
  readonly compatibleManifest: string;
}

/** Everything that is written for one small bundle, as text. */
export function smallBundle(): SmallBundle {
  const tables = new Map(
    Object.entries(ROWS).map(([name, rows]) => [
      name as LayerName,
      encodeTables(rows, { hasher, deflater: storing }),
    ]),
  );
  const layers = new Map([...tables].map(([name, encoded]) => [name, summarise(ROWS[name] ?? [], encoded)]));
  const identity = {
    layers,
    roles: new Map([
      ["runtime" as RoleName, ["data", "code"] as LayerName[]],
      ["tools" as RoleName, ["code"] as LayerName[]],
    ]),
    defaultRole: "runtime" as RoleName,
  };
  const root: Root = {
    schemaVersion: 1,
    requires: [],
    ...identity,
    contentDigest: contentDigest(identity, hasher),
    stores: new Map([
      ["cold" as StoreName, { type: "s3", bucket: "acme-cold", region: "eu-central-1", prefix: "bale" }],
    ]),
    unknown: { later: { kept: true } },
  };
  const rootBytes = encodeRoot(root);
  const manifest = (envelope: "native" | "compatible"): string =>
    new TextDecoder().decode(
      buildManifest({
        envelope,
        root: { mediaType: MEDIA_TYPES.index, digest: hasher.digest(rootBytes), size: rootBytes.length },
        tables: [...tables].flatMap(([layer, encoded]) => encoded.map(({ ref }) => ({ ref, layer }))),
        blobs: [
          {
            ...pack,
            layer: "code" as LayerName,
            kind: { type: "pack", compressed: true, exactTarDigest: sha256("tar") },
          },
          {
            ...model,
            layer: "data" as LayerName,
            kind: { type: "file", titles: [parseBundlePath("data/model.bin")] },
          },
        ],
        contentDigest: root.contentDigest,
        parent: sha256("parent"),
        annotations: { "org.opencontainers.image.version": "1.0.0" },
      }).bytes,
    );
  return {
    root: new TextDecoder().decode(rootBytes),
    contentDigest: root.contentDigest,
    tables: Object.fromEntries(
      [...tables].map(([name, encoded]) => [
        name,
        encoded.map(({ bytes }) => Buffer.from(bytes).toString("hex")).join(" "),
      ]),
    ),
    nativeManifest: manifest("native"),
    compatibleManifest: manifest("compatible"),
  };
}

export { ROWS as SMALL_BUNDLE_ROWS };
