import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HandmadeBundle, type HandmadeFile, putBundle } from "./handmade.testing.js";
import { openTrap, type Trap } from "./trap.testing.js";

let trap: Trap;
beforeAll(async () => {
  trap = await openTrap();
});
afterAll(() => trap[Symbol.asyncDispose]());

const meet = (bundle: HandmadeBundle): Promise<readonly string[]> =>
  trap.meet((place) => putBundle(place, bundle));
const files = (...paths: string[]): HandmadeBundle => ({
  layers: { default: paths.map((path) => ({ path })) },
});
const one = (file: HandmadeFile, more: Partial<HandmadeBundle> = {}): HandmadeBundle => ({
  layers: { default: [file] },
  ...more,
});

describe("a bundle made by hand", () => {
  it("is taken in when nothing is wrong with it, so that every refusal below has its reason in what is wrong", async () => {
    const place = { store: trap.bench.registry.store, repository: "acme/honest", tag: "v1" };
    putBundle(place, {
      layers: {
        code: [
          { path: "c/run", kind: 1 },
          { path: "c/l", kind: 2, content: "run" },
        ],
        default: [{ path: "a" }, { path: "empty", content: "" }],
      },
      roles: { dev: ["code"] },
    });
    const work = await trap.bench.clone("honest", { reference: trap.bench.reference("v1", "acme/honest") });
    expect(work.disk()).toEqual({
      a: "content of a",
      "c/l": "->run",
      "c/run": "x:content of c/run",
      empty: "",
    });
  });
});

describe("hostile paths", () => {
  it.each([
    "../x",
    "a/../../x",
    "..",
    "/abs",
    "/etc/passwd",
    "C:x",
    "C:/x",
    "//host/share/x",
    "\\\\host\\x",
    "a\\b",
    "..\\x",
    "con",
    "a/NUL.txt",
    "aux.h/x",
    "lpt1",
    "COM¹",
    "trailing.",
    "trailing ",
    "a:b",
    "a//b",
    "./a",
    "a/./b",
    "",
    "a/",
    "bell\u0007",
    "a\u0000b",
    "a\u007f",
    "a\u0085b",
    "l".repeat(256),
    `${"d/".repeat(2_050)}x`,
    ".git/config",
    ".GIT/config",
    "sub/.git/hooks/post-checkout",
    ".\uff47it/x",
    ".g\u200cit/x",
    ".git",
    ".git./x",
    ".bale/state",
    ".BALE/x",
    "sub/.bale/x",
    ".\uff22ale/x",
    ".ba\u00adle/x",
  ])("%j", async (path) => {
    const codes = await meet(files(path));
    for (const code of codes)
      expect([
        "UNSAFE_PATH",
        "NAME_UNPORTABLE",
        "PATH_TOO_LONG",
        "INDEX_INVALID",
        "NAME_COLLISION",
      ]).toContain(code);
  });

  it("that are not UTF-8", async () => {
    await meet({
      layers: { default: [{ path: "abcdef" }] },
      editTable: (text) =>
        gzipSync(
          Buffer.from(Buffer.from(text).toString("latin1").replace('"abcdef"', '"abc\xff\xfe"'), "latin1"),
        ),
    });
  });

  it.each([
    ["case", ["readme", "README"]],
    ["case folding that grows", ["stra\u00dfe", "STRASSE"]],
    ["normalisation", ["caf\u00e9", "cafe\u0301"]],
    ["parent folders", ["dir/x", "DIR/y"]],
    ["parent folders by normalisation", ["d\u00e9/x", "de\u0301/y"]],
    ["file and folder", ["a", "a/b"]],
    ["file and folder by case", ["A", "a/b"]],
    ["file and folder with a neighbour between", ["a", "a-b", "a/b"]],
  ])("twins by %s", async (_name, paths) => {
    expect(
      (await meet(files(...paths))).every((code) => code === "NAME_COLLISION" || code === "UNSAFE_PATH"),
    ).toBe(true);
  });

  it("twins in two layers", async () => {
    await meet({ layers: { code: [{ path: "readme" }], data: [{ path: "README" }] } });
    await meet({ layers: { code: [{ path: "same" }], data: [{ path: "same" }] } });
  });

  it("twins in two rows, and rows that are not sorted", async () => {
    await meet({ layers: { default: [{ path: "a" }, { path: "a" }] } });
    await meet({
      layers: { default: [{ path: "a" }, { path: "b" }] },
      editTable: (text) => {
        const [head, first, second] = text.split("\n");
        return `${head}\n${second}\n${first}\n`;
      },
    });
  });
});

describe("hostile links", () => {
  const link = (path: string, target: string): HandmadeFile => ({ path, kind: 2, content: target });

  it.each([
    ["leaves", [link("l", "../x")]],
    ["leaves from below", [link("d/l", "../../x")]],
    ["leaves and comes back", [link("l", "../inside/a")]],
    ["is absolute", [link("l", "/etc/passwd")]],
    ["is of Windows", [link("l", "C:\\x")]],
    ["has a backslash", [link("l", "..\\x")]],
    ["is empty", [link("l", "")]],
    ["has a control character", [link("l", "a\u0000b")]],
    ["chains to leave", [link("d", "."), link("l", "d/../../x")]],
    ["passes through another link", [link("d", "e"), { path: "e/f" }, link("l", "d/f")]],
    ["leads into .git", [link("l", ".git/config")]],
    ["leads into .bale", [link("l", ".bale/state")]],
    ["is the parent of a file", [link("d", "e"), { path: "d/f" }, { path: "e/g" }]],
    ["is long", [link("l", "t".repeat(4_097))]],
  ])("a link that %s", async (_name, rows) => {
    await meet({ layers: { default: rows } });
  });

  it("a link whose digest is another target's", async () => {
    await meet(one({ path: "l", kind: 2, content: "a", hex: "0".repeat(64) }));
  });
});

describe("hostile extents", () => {
  const blob = randomBytes(100);
  const at = (where: unknown, size: unknown = 10): HandmadeBundle =>
    one({ path: "f", content: blob.subarray(0, 10), where, size }, { blobs: [blob] });

  it.each([
    ["past the end", [[0, 95, 10]]],
    ["whole past the end", [[0, 0, 101]], 101],
    ["far past the end", [[0, 2 ** 53 - 1, 10]]],
    ["beyond 2^53", [[0, 2 ** 60, 10]]],
    ["at a negative place", [[0, -10, 10]]],
    ["at a fraction", [[0, 0.5, 10]]],
    ["of no bytes", [[0, 0, 0]], 0],
    ["of another sum", [[0, 0, 9]]],
    ["of a blob that is not in the list", [[7, 0, 10]]],
    ["with a skip beyond 8 MiB", [[0, 0, 100, 8 * 1024 * 1024 + 1, 10]]],
    ["that expand too much", [[0, 0, 100, 0, 20_000_000]], 20_000_000],
    ["that are no list", "elsewhere"],
    ["of null", [null]],
  ] satisfies [string, unknown, unknown?][])("extents %s", async (_name, where, size?: unknown) => {
    await meet(at(where, size));
  });

  it.each([
    ["negative", -1],
    ["a text", "10"],
    ["beyond 2^53", 2 ** 60],
    ["a fraction", 1.5],
    ["null", null],
  ])("a size that is %s", async (_name, size) => {
    await meet(at([[0, 0, 10]], size));
  });

  it("an index that names a store it does not describe", async () => {
    await trap.meet(
      (place) =>
        putBundle(
          place,
          one(
            { path: "f" },
            { editTable: (text) => text.replace(/\[\["([0-9a-f]+)",(\d+)\]\]/, '[["$1",$2,"ghost"]]') },
          ),
        ),
      { unaware: ["ls"] },
    );
  });
});

describe("sums that lie", () => {
  // Other content in each case: what a client has read of a digest before, it does not ask for again.
  let cases = 0;
  const content = (): HandmadeBundle => files("a", `b${++cases}`);

  it("a file whose bytes have another digest: noticed before anything of the bundle is shown", async () => {
    const lie: HandmadeBundle = { layers: { default: [{ path: "a" }, { path: "b", hex: "1".repeat(64) }] } };
    const codes = await trap.meet((place) => putBundle(place, lie), { unaware: ["ls"] });
    expect(codes).toEqual(["DIGEST_MISMATCH"]);
  });

  it("a blob with other bytes", async () => {
    const codes = await trap.meet(
      (place) => {
        putBundle(place, one({ path: "a", content: "honest" }));
        for (const each of place.store.blobs(place.repository))
          if (place.store.blob(place.repository, each)?.size === 6)
            place.store.replaceBlob(place.repository, each, Buffer.from("hostil"));
      },
      { unaware: ["ls"] },
    );
    expect(codes).toEqual(["DIGEST_MISMATCH"]);
  });

  it.each([
    ["a table of other bytes", "application/vnd.bale.files.v1+gzip"],
    ["a root of other bytes", "application/vnd.bale.index.v1+json"],
  ])("%s", async (_name, mediaType) => {
    const codes = await trap.meet((place) => {
      putBundle(place, content());
      const manifest = JSON.parse(String(place.store.manifest(place.repository, "v1")?.bytes)) as {
        config: { mediaType: string; digest: string; size: number };
        layers: { mediaType: string; digest: string; size: number }[];
      };
      for (const each of [manifest.config, ...manifest.layers])
        if (each.mediaType === mediaType)
          place.store.replaceBlob(place.repository, each.digest, randomBytes(each.size));
    });
    expect(codes).toEqual(["DIGEST_MISMATCH"]);
  });

  it.each([
    [
      "the content digest of the root",
      (root: Record<string, unknown>) => {
        root["contentDigest"] = `sha256:${"2".repeat(64)}`;
      },
    ],
    [
      "the size of a layer",
      (root: Record<string, unknown>) => {
        (root["layers"] as Record<string, { size: number }>)["default"]!.size += 1;
      },
    ],
    [
      "the files of a layer",
      (root: Record<string, unknown>) => {
        (root["layers"] as Record<string, { files: number }>)["default"]!.files += 1;
      },
    ],
    [
      "the first path of a table",
      (root: Record<string, unknown>) => {
        (root["layers"] as Record<string, { tables: { first: string }[] }>)["default"]!.tables[0]!.first =
          "0";
      },
    ],
  ])("%s", async (_name, editRoot) => {
    await meet({ ...content(), editRoot, editManifest: () => {} });
  });

  it("the digest of a layer that is not that of its rows, under a content digest that fits it", async () => {
    await meet({
      ...content(),
      editTable: (text) => text.replace(/"a",0/, '"aa",0'),
      editRoot: (root) => {
        (root["layers"] as Record<string, { tables: { first: string }[] }>)["default"]!.tables[0]!.first =
          "aa";
      },
    });
  });

  it("a manifest that announces another content than its root", async () => {
    await meet({
      ...content(),
      editManifest: (manifest) => {
        (manifest["annotations"] as Record<string, string>)["dev.bale.content"] = `sha256:${"3".repeat(64)}`;
      },
    });
  });
});

describe("limits", () => {
  it("a table of 65,537 rows, announced or not", async () => {
    const many = Array.from({ length: 65_537 }, (_, n) => ({
      path: `f${String(n).padStart(6, "0")}`,
      content: "",
    }));
    expect(await meet({ layers: { default: many } })).toEqual(["LIMIT"]);
    await meet({
      layers: { default: many },
      editRoot: (root) => {
        const layer = (root["layers"] as Record<string, { files: number; tables: { files: number }[] }>)[
          "default"
        ]!;
        layer.files = layer.tables[0]!.files = 65_536;
      },
    });
  });

  it("a root that announces a billion files", async () => {
    expect(
      await meet({
        ...files("a"),
        editRoot: (root) => {
          const layer = (root["layers"] as Record<string, { files: number; tables: unknown[] }>)["default"]!;
          layer.tables = Array.from({ length: 1_000 }, (_, n) => ({
            ...(layer.tables[0] as object),
            files: 65_000,
            first: `a${String(n).padStart(5, "0")}`,
          }));
          layer.files = 65_000_000;
        },
      }),
    ).toEqual(["LIMIT"]);
  });

  it("a row of 1 MiB", async () => {
    await meet({ ...files("a"), editTable: (text) => text.replace('"a",0', `"${"a/".repeat(524_288)}a",0`) });
    await meet({
      ...files("a"),
      editTable: (text) => text.replace(/\]\n$/, `,"${"x".repeat(1_048_576)}"]\n`),
    });
  });

  it("deep JSON in the root, in a row and in the list of blobs", async () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    await meet({ ...files("a"), editRootText: (text) => text.replace(/\}$/, `,"x":${deep}}`) });
    await meet({
      ...files("a"),
      editTable: (text) => text.replace(/\]\n$/, `,${"[".repeat(5_000)}${"]".repeat(5_000)}]\n`),
    });
    await meet({ ...files("a"), editTable: (text) => text.replace('{"blobs":[', `{"blobs":[${deep},`) });
  });

  it.each([
    ["double keys", (text: string) => text.replace('{"contentDigest"', '{"schemaVersion":1,"contentDigest"')],
    ["a prototype key", (text: string) => text.replace(/\}$/, ',"__proto__":{"x":1}}')],
    ["NaN", (text: string) => text.replace(/"size":\d+/, '"size":NaN')],
    ["a number that overflows", (text: string) => text.replace(/"size":\d+/, '"size":1e999')],
    ["two documents", (text: string) => `${text}{}`],
    ["a byte order mark", (text: string) => `\ufeff${text}`],
    ["nothing", () => ""],
    ["a root beyond 1 MiB", (text: string) => text.replace(/\}$/, `,"x":"${"x".repeat(1_100_000)}"}`)],
    ["another schema version", (text: string) => text.replace('"schemaVersion":1', '"schemaVersion":2')],
    ["an unknown requirement", (text: string) => text.replace('"requires":[]', '"requires":["time-travel"]')],
    ["a layer that no bundle may have", (text: string) => text.replace('"default":{', '"registry":{')],
    ["a role that names no layer", (text: string) => text.replace('"roles":{}', '"roles":{"dev":["ghost"]}')],
  ])("%s in the root", async (_name, editRootText) => {
    await meet({ ...files("a"), editRootText });
  });

  it.each([
    ["no gzip", () => Buffer.from("no gzip")],
    ["truncated", (text: string) => gzipSync(text).subarray(0, -9)],
    ["followed by something", (text: string) => Buffer.concat([gzipSync(text), Buffer.from("tail")])],
    ["without its last line feed", (text: string) => text.slice(0, -1)],
    ["without rows", (text: string) => `${text.split("\n")[0]}\n`],
    ["without a list of blobs", (text: string) => text.slice(text.indexOf("\n") + 1)],
  ])("a table that is %s", async (_name, editTable) => {
    await meet({ ...files("a"), editTable });
  });
});
