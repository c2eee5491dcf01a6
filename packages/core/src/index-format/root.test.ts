import {
  type Digest,
  type JsonValue,
  type LayerName,
  LIMITS,
  parseBundlePath,
  type RoleName,
  type Root,
  type StoreName,
} from "@bale/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkContentDigest, contentDigest } from "../identity/content-digest.js";
import { hasher } from "../node-ports.testing.js";
import { thrownCode } from "../thrown-code.testing.js";
import { numbered } from "./arbitrary-rows.testing.js";
import { encodeRoot } from "./encode-root.js";
import { parseRoot } from "./parse-root.js";

const encoder = new TextEncoder();
type Loose = Record<string, unknown>;

const table = (first: string, files: number, change: Loose = {}): Loose => ({
  digest: numbered(3),
  size: 100,
  files,
  first,
  ...change,
});
const layer = (tables: readonly Loose[], change: Loose = {}): Loose => ({
  digest: numbered(2),
  files: tables.reduce((sum, each) => sum + Number(each["files"]), 0),
  size: tables.length * 10,
  tables,
  ...change,
});
/** A valid root as plain JSON, with some members replaced. */
const rootJson = (change: Loose = {}): Loose => ({
  schemaVersion: 1,
  requires: [],
  contentDigest: numbered(1),
  roles: { runtime: ["code", "default"] },
  defaultRole: "runtime",
  stores: { cold: { type: "s3", bucket: "models", pathStyle: true, parts: 4 } },
  layers: { code: layer([table("a", 2), table("b", 1)]), data: layer([]) },
  ...change,
});
const read = (json: Loose | string): Root =>
  parseRoot(encoder.encode(typeof json === "string" ? json : JSON.stringify(json)));
const codeOf = (change: Loose): string => thrownCode(() => read(rootJson(change)));

describe("parseRoot", () => {
  it("reads what the format says", () => {
    const root = read(rootJson({ later: { kept: [1] } }));
    expect(root.contentDigest).toBe(numbered(1));
    expect([...root.roles]).toEqual([["runtime", ["code", "default"]]]);
    expect(root.defaultRole).toBe("runtime");
    expect(root.stores.get("cold" as StoreName)).toEqual({
      type: "s3",
      bucket: "models",
      pathStyle: true,
      parts: 4,
    });
    expect(root.layers.get("code" as LayerName)?.tables.map(({ first, files }) => [first, files])).toEqual([
      ["a", 2],
      ["b", 1],
    ]);
    expect(root.unknown).toEqual({ later: { kept: [1] } });
    expect(read(rootJson({ defaultRole: undefined })).defaultRole).toBeUndefined();
  });

  it.each<[string, Loose]>([
    ["no schema version", { schemaVersion: undefined }],
    ["a schema version in quotes", { schemaVersion: "1" }],
    ["no requires", { requires: undefined }],
    ["requires that are no list", { requires: {} }],
    ["a requirement that is no text", { requires: [1] }],
    ["no content digest", { contentDigest: undefined }],
    ["a content digest that is no digest", { contentDigest: "sha256:../../x" }],
    ["no layers", { layers: undefined }],
    ["layers in a list", { layers: [] }],
    ["a layer of a reserved name", { layers: { all: layer([]), code: layer([]) } }],
    ["a layer with a path for a name", { layers: { "../x": layer([]), code: layer([]) } }],
    [
      "a layer whose files are not its tables' rows",
      { layers: { code: layer([table("a", 2)], { files: 3 }) } },
    ],
    ["a layer without files that has bytes", { layers: { code: layer([], { size: 1 }) } }],
    ["a layer without tables", { layers: { code: layer([], { tables: undefined }) } }],
    ["a layer of a negative size", { layers: { code: layer([table("a", 2)], { size: -1 }) } }],
    ["a layer of half a file", { layers: { code: layer([table("a", 1.5)], { files: 1.5 }) } }],
    ["a layer past 2^53 bytes", { layers: { code: layer([table("a", 2)], { size: 2 ** 53 }) } }],
    ["an empty table", { layers: { code: layer([table("a", 0)]) } }],
    ["a table of no bytes", { layers: { code: layer([table("a", 1, { size: 0 })]) } }],
    ["tables that are not sorted", { layers: { code: layer([table("b", 1), table("a", 1)]) } }],
    ["two tables with one first path", { layers: { code: layer([table("a", 1), table("a", 1)]) } }],
    ["a table with a bad digest", { layers: { code: layer([table("a", 1, { digest: "x" })]) } }],
    ["a role of a reserved name", { roles: { all: ["code"] } }],
    ["a role that names a layer that is not there", { roles: { runtime: ["gone"] } }],
    ["a role that names a layer twice", { roles: { runtime: ["code", "code"] } }],
    ["a role that is no list", { roles: { runtime: "code" } }],
    ["a default role that is not there", { defaultRole: "gone" }],
    ["a default role that is null", { defaultRole: null }],
    ["a store of a reserved name", { stores: { registry: { type: "s3" } } }],
    ["a store without a type", { stores: { cold: { bucket: "b" } } }],
    ["a store whose type is no name", { stores: { cold: { type: "../s3" } } }],
    ["a store with an object in it", { stores: { cold: { type: "s3", credentials: { key: "k" } } } }],
    ["a store with null in it", { stores: { cold: { type: "s3", bucket: null } } }],
    ["a store with a line end in it", { stores: { cold: { type: "s3", bucket: "a\nb" } } }],
    ["a store with an odd member", { stores: { cold: { type: "s3", "a b": 1 } } }],
    ["a store with a text of a megabyte", { stores: { cold: { type: "s3", bucket: "x".repeat(5000) } } }],
  ])("refuses a root with %s", (_name, change) => {
    expect(codeOf(change)).toBe("INDEX_INVALID");
  });

  it("refuses what a newer format needs, before it looks at the rest", () => {
    expect(codeOf({ requires: ["chunks"], layers: "other" })).toBe("UNSUPPORTED");
    expect(codeOf({ schemaVersion: 2, layers: "other" })).toBe("UNSUPPORTED");
  });

  it("refuses unsafe first paths", () => {
    expect(codeOf({ layers: { code: layer([table("../a", 1)]) } })).toBe("UNSAFE_PATH");
  });

  it("refuses announcements past the limits, without reading any table", () => {
    const many = Array.from({ length: 600 }, (_, index) => table(`f${String(index).padStart(4, "0")}`, 1));
    const full = Array.from({ length: 62 }, (_, index) =>
      table(`f${String(index).padStart(4, "0")}`, LIMITS.tableRows),
    );
    const roles = { roles: {}, defaultRole: undefined };
    expect(codeOf({ ...roles, layers: { code: layer([table("a", 1_000_000_000)]) } })).toBe("LIMIT");
    expect(codeOf({ ...roles, layers: { code: layer([table("a", LIMITS.tableRows + 1)]) } })).toBe("LIMIT");
    expect(codeOf({ ...roles, layers: { code: layer(many) } })).toBe("accepted");
    expect(codeOf({ ...roles, layers: { code: layer(many), data: layer(many) } })).toBe("LIMIT");
    expect(codeOf({ ...roles, layers: { code: layer(full) } })).toBe("LIMIT");
    expect(
      codeOf({ ...roles, layers: { code: layer([table("a", 1, { size: LIMITS.tableDecodedBytes + 1 })]) } }),
    ).toBe("LIMIT");
    expect(thrownCode(() => parseRoot(new Uint8Array(LIMITS.rootBytes + 1)))).toBe("LIMIT");
    expect(thrownCode(() => read("[".repeat(200_000)))).toBe("LIMIT");
  });

  it("refuses a member twice, a byte order mark and things that are no root", () => {
    const text = JSON.stringify(rootJson());
    expect(thrownCode(() => read(`${text.slice(0, -1)},"roles":{}}`))).toBe("INDEX_INVALID");
    expect(thrownCode(() => read(`\ufeff${text}`))).toBe("INDEX_INVALID");
    for (const other of ["[]", "null", "1", '""', ""])
      expect(thrownCode(() => read(other))).toBe("INDEX_INVALID");
  });
});

describe("encodeRoot", () => {
  it("gives canonical JSON that reads back as it was, unknown members included", () => {
    const name = fc
      .stringMatching(/^[a-z][a-z0-9_-]{0,5}$/)
      .filter((text) => !["all", "bale", "default", "registry"].includes(text));
    const names = fc.uniqueArray(name, { maxLength: 5 });
    fc.assert(
      fc.property(
        names,
        names,
        fc.dictionary(name, fc.jsonValue({ maxDepth: 2 })),
        (layers, stores, unknown) => {
          const text = JSON.stringify(unknown);
          const known = ["schemaVersion", "requires", "contentDigest", "roles", "stores", "layers"];
          if (/__proto__|constructor|prototype|\\ud/.test(text) || known.some((key) => key in unknown))
            return;
          const root: Root = {
            schemaVersion: 1,
            requires: [],
            contentDigest: numbered(1),
            roles: new Map([["everyone" as RoleName, [...layers].sort() as LayerName[]]]),
            defaultRole: layers.length > 2 ? ("everyone" as RoleName) : undefined,
            stores: new Map(
              stores.map((store, index) => [store as StoreName, { type: "s3", bucket: store, parts: index }]),
            ),
            layers: new Map(
              layers.map((each, index) => [
                each as LayerName,
                {
                  digest: numbered(index),
                  files: index,
                  size: index,
                  tables:
                    index === 0
                      ? []
                      : [{ digest: numbered(index), size: 9, files: index, first: parseBundlePath("a") }],
                },
              ]),
            ),
            unknown: JSON.parse(text) as Record<string, JsonValue>,
          };
          const bytes = encodeRoot(root);
          const back = parseRoot(bytes);
          expect(encodeRoot(back)).toEqual(bytes);
          expect(JSON.parse(new TextDecoder().decode(bytes))).toMatchObject(JSON.parse(text) as object);
          expect(new Map(back.layers)).toEqual(root.layers);
          expect(new Map(back.stores)).toEqual(root.stores);
          expect(new Map(back.roles)).toEqual(root.roles);
          expect(back.defaultRole).toBe(root.defaultRole);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("leaves out reserved layers that are empty, and lets nothing unknown replace what is known", () => {
    const root = read(rootJson({ layers: { code: layer([]), default: layer([]), bale: layer([]) } }));
    const text = new TextDecoder().decode(
      encodeRoot({ ...root, unknown: { contentDigest: "other", later: 1 } }),
    );
    const json = JSON.parse(text) as { layers: object; contentDigest: string; later: number };
    expect(Object.keys(json.layers)).toEqual(["code"]);
    expect(json.contentDigest).toBe(numbered(1));
    expect(json.later).toBe(1);
  });

  it("refuses to pass the limits", () => {
    const root = read(rootJson());
    const summary = (files: number, tables: number): Root => ({
      ...root,
      layers: new Map([
        [
          "code" as LayerName,
          {
            digest: numbered(1) as Digest,
            files,
            size: 1,
            tables: Array.from({ length: tables }, () => ({
              digest: numbered(1),
              size: 1,
              files: 1,
              first: parseBundlePath("a"),
            })),
          },
        ],
      ]),
    });
    expect(thrownCode(() => encodeRoot(summary(LIMITS.files + 1, 1)))).toBe("LIMIT");
    expect(thrownCode(() => encodeRoot(summary(5, LIMITS.tables + 1)))).toBe("LIMIT");
    expect(thrownCode(() => encodeRoot({ ...root, unknown: { later: "x".repeat(LIMITS.rootBytes) } }))).toBe(
      "LIMIT",
    );
  });
});

describe("checkContentDigest", () => {
  it("accepts the root's own digest and no other", () => {
    const root = read(rootJson());
    const right = { ...root, contentDigest: contentDigest(root, hasher) };
    expect(thrownCode(() => checkContentDigest(right, hasher))).toBe("accepted");
    expect(thrownCode(() => checkContentDigest(root, hasher))).toBe("INDEX_INVALID");
  });
});
