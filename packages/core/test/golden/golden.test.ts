import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type LayerName, MEDIA_TYPES, parseMediaType } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { checkContentDigest, decodeTable, parseManifest, parseRoot } from "../../src/index.js";
import { hasher, inflater, sha256 } from "../../src/node-ports.testing.js";
import { SMALL_BUNDLE_ROWS, type SmallBundle, smallBundle } from "./small-bundle.js";

interface Golden extends SmallBundle {
  /** What each table says, and what zlib made of the one of `code` when this file was written. */
  readonly tableTexts: Readonly<Record<string, string>>;
  readonly deflatedTable: string;
}
const golden = JSON.parse(readFileSync(new URL("small-bundle.json", import.meta.url), "utf8")) as Golden;

describe("the bytes of a small bundle", () => {
  // A change here makes bundles that are already in registries another content: it needs a new version of the format.
  it("are those of the golden file", () => {
    const { tableTexts: _texts, deflatedTable: _deflated, ...bytes } = golden;
    expect(smallBundle()).toEqual(bytes);
  });

  it("say what the golden file says in plain text", () => {
    for (const [layer, hex] of Object.entries(golden.tables)) {
      const text = hex === "" ? "" : gunzipSync(Buffer.from(hex, "hex")).toString();
      expect(text).toBe(golden.tableTexts[layer]);
    }
  });

  it("are read back as the rows that they were made of", () => {
    const root = parseRoot(new TextEncoder().encode(golden.root));
    checkContentDigest(root, hasher);
    for (const [layer, rows] of Object.entries(SMALL_BUNDLE_ROWS)) {
      const [ref] = root.layers.get(layer as LayerName)?.tables ?? [];
      const bytes = Buffer.from(golden.tables[layer] ?? "", "hex");
      expect(ref ? [...decodeTable(bytes, ref, { inflater, hasher })] : []).toEqual(rows);
    }
  });

  it("are read the same when the table was really deflated", () => {
    const bytes = Buffer.from(golden.deflatedTable, "hex");
    const rows = SMALL_BUNDLE_ROWS["code"] ?? [];
    const first = rows[0]?.path;
    if (first === undefined) throw new Error("the layer has rows");
    const ref = { digest: sha256(bytes), size: bytes.length, files: rows.length, first };
    expect([...decodeTable(bytes, ref, { inflater, hasher })]).toEqual(rows);
  });

  it("are named by both manifests", () => {
    for (const text of [golden.nativeManifest, golden.compatibleManifest]) {
      const bytes = new TextEncoder().encode(text);
      const parsed = parseManifest({
        mediaType: parseMediaType(MEDIA_TYPES.manifest),
        digest: sha256(bytes),
        bytes,
      });
      expect(parsed).toMatchObject({
        kind: "bundle",
        contentDigest: golden.contentDigest,
        root: { digest: sha256(golden.root) },
      });
    }
  });
});
