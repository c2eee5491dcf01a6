import { ANNOTATIONS, type Descriptor, type Digest, MEDIA_TYPES } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { sha256 } from "../node-ports.testing.js";
import { thrownCode } from "../thrown-code.testing.js";
import { foreignRows } from "./foreign-rows.js";
import type { ForeignManifest } from "./manifest-model.js";

const layer = (
  title: string | undefined,
  content = "content",
  annotations: Record<string, string> = {},
): Descriptor => ({
  mediaType: MEDIA_TYPES.octets,
  digest: sha256(content),
  size: content.length,
  annotations: title === undefined ? annotations : { ...annotations, [ANNOTATIONS.title]: title },
});
const unpacked = (title: string, content = "tar"): Descriptor =>
  layer(title, content, { [ANNOTATIONS.unpack]: "true" });
const manifest = (...layers: readonly Descriptor[]): ForeignManifest => ({
  kind: "foreign",
  config: { mediaType: MEDIA_TYPES.empty, digest: sha256("{}"), size: 2 },
  layers,
  annotations: {},
});

describe("foreignRows", () => {
  it("makes a row of each titled layer, sorted by path, each one whole blob", () => {
    const { rows, archives } = foreignRows(
      manifest(layer("b/two", "22"), layer(undefined), layer("./a", "1"), layer("empty", "")),
    );
    const whole = (path: string, content: string): object => ({
      path,
      kind: "file",
      digest: sha256(content),
      size: content.length,
      extents:
        content === ""
          ? []
          : [{ blob: { digest: sha256(content), size: content.length }, offset: 0, length: content.length }],
    });
    expect(rows).toEqual([whole("a", "1"), whole("b/two", "22"), whole("empty", "")]);
    expect(archives).toEqual([]);
  });

  it("hands back layers that are to be unpacked, with the folder that they go to", () => {
    const { rows, archives } = foreignRows(
      manifest(unpacked("data/"), unpacked("."), unpacked("./."), unpacked("./models"), layer("a")),
    );
    expect(rows.map((row) => row.path)).toEqual(["a"]);
    expect(archives.map((archive) => archive.title)).toEqual(["data", ".", ".", "models"]);
  });

  it("takes two paths with one content", () => {
    expect(foreignRows(manifest(layer("a"), layer("b"))).rows).toHaveLength(2);
  });

  it.each<[string, string, readonly Descriptor[]]>([
    ["MANIFEST_INVALID", "a title given twice", [layer("a", "1"), layer("a", "2")]],
    ["MANIFEST_INVALID", "a title given twice with one content", [layer("a"), layer("a")]],
    ["MANIFEST_INVALID", "an archive's title given twice", [unpacked("."), unpacked(".", "other")]],
    ["NAME_COLLISION", "two spellings of one path", [layer("a"), layer("./a")]],
    ["NAME_COLLISION", "titles that differ in case", [layer("README"), layer("readme")]],
    ["UNSAFE_PATH", "a file and a folder of one name", [layer("a"), layer("a/b")]],
    ["UNSAFE_PATH", "a title out of the tree", [layer("../../x")]],
    ["UNSAFE_PATH", "an absolute title", [layer("/etc/passwd")]],
    ["UNSAFE_PATH", "a title that is the root", [layer(".")]],
    ["UNSAFE_PATH", "a title in a control folder", [layer(".git/config")]],
    ["UNSAFE_PATH", "an archive out of the tree", [unpacked("../x")]],
    ["UNSAFE_PATH", "an archive out of the tree behind a dot", [unpacked("./../x")]],
    [
      "INDEX_INVALID",
      "an empty layer with another digest",
      [{ ...layer("a", ""), digest: sha256("x") as Digest }],
    ],
    ["MANIFEST_UNSUPPORTED", "no title at all", [layer(undefined)]],
    ["MANIFEST_UNSUPPORTED", "no layers", []],
  ])("refuses with %s %s", (code, _name, layers) => {
    expect(thrownCode(() => foreignRows(manifest(...layers)))).toBe(code);
  });
});
