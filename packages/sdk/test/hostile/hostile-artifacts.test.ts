import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ForeignLayer, pax, putForeign, type TarItem, tar, tarItem } from "./tar.testing.js";
import { openTrap, type Trap } from "./trap.testing.js";

let trap: Trap;
beforeAll(async () => {
  trap = await openTrap();
});
afterAll(() => trap[Symbol.asyncDispose]());

const meet = (...layers: ForeignLayer[]): Promise<readonly string[]> =>
  trap.meet((place) => void putForeign(place, layers));
const archive = (...items: TarItem[]): Promise<readonly string[]> =>
  meet({ title: ".", archive: tar(items) });

describe("an honest artifact of another tool", () => {
  it("is taken in, plain files and archives alike", async () => {
    const place = { store: trap.bench.registry.store, repository: "acme/foreign", tag: "v1" };
    putForeign(place, [
      { title: "plain.txt", content: "plain" },
      {
        title: "folder",
        archive: tar([
          { name: "folder/", type: "5", mode: 0o755 },
          { name: "folder/run", body: "run", mode: 0o755 },
          { name: "folder/deep/a", body: "a" },
          { name: "folder/link", type: "2", link: "run" },
        ]),
      },
    ]);
    const work = await trap.bench.clone("foreign", { reference: trap.bench.reference("v1", "acme/foreign") });
    expect(work.disk()).toEqual({
      "folder/deep/a": "a",
      "folder/link": "->run",
      "folder/run": "x:run",
      "plain.txt": "plain",
    });
  });
});

describe("hostile titles", () => {
  it.each([
    "../x",
    "/abs",
    "a/../../x",
    "a\\b",
    ".git/config",
    ".bale/state",
    "con",
    "",
    "a/",
    "C:/x",
    "x\u0000y",
  ])("%j", async (title) => {
    await meet({ title });
  });

  it.each([
    ["the same title twice", ["a", "a"]],
    ["the same path twice", ["a", "./a"]],
    ["twins", ["a", "A"]],
    ["file and folder", ["a", "a/b"]],
  ])("%s", async (_name, titles) => {
    await meet(...titles.map((title, n) => ({ title, content: `${n}` })));
  });

  it("a plain file where an archive has one, and twins between the two", async () => {
    await meet({ title: "a", content: "1" }, { title: ".", archive: tar([{ name: "a", body: "2" }]) });
    await meet({ title: "a", content: "1" }, { title: ".", archive: tar([{ name: "A", body: "2" }]) });
    await meet({ title: "a", content: "1" }, { title: ".", archive: tar([{ name: "a/b", body: "2" }]) });
  });
});

describe("hostile archives", () => {
  it.each<[string, TarItem[]]>([
    ["a path that leaves", [{ name: "../x", body: "1" }]],
    ["a path that leaves further in", [{ name: "a/../../x", body: "1" }]],
    ["an absolute path", [{ name: "/x", body: "1" }]],
    [".git", [{ name: ".git/hooks/post-checkout", body: "1", mode: 0o755 }]],
    [".bale", [{ name: ".bale/state", body: "1" }]],
    ["a link that leaves", [{ name: "l", type: "2", link: "../x" }]],
    ["an absolute link", [{ name: "l", type: "2", link: "/etc/passwd" }]],
    [
      "a file through a link",
      [
        { name: "l", type: "2", link: "d" },
        { name: "l/x", body: "1" },
      ],
    ],
    [
      "a link through a link",
      [
        { name: "d/f", body: "1" },
        { name: "e", type: "2", link: "d" },
        { name: "l", type: "2", link: "e/f" },
      ],
    ],
    [
      "a hard link",
      [
        { name: "a", body: "1" },
        { name: "b", type: "1", link: "a" },
      ],
    ],
    ["a hard link that leaves", [{ name: "b", type: "1", link: "../x" }]],
    ["a device", [{ name: "d", type: "3" }]],
    ["a pipe", [{ name: "p", type: "6" }]],
    [
      "one name twice",
      [
        { name: "a", body: "1" },
        { name: "a", body: "2" },
      ],
    ],
    [
      "twins",
      [
        { name: "a", body: "1" },
        { name: "A", body: "2" },
      ],
    ],
    [
      "file and folder",
      [
        { name: "a", body: "1" },
        { name: "a/b", body: "2" },
      ],
    ],
    ["a path in PAX that leaves", [pax({ path: "../x" }), { name: "harmless", body: "1" }]],
    ["a link in PAX that leaves", [pax({ linkpath: "../x" }), { name: "l", type: "2", link: "harmless" }]],
    [
      "a GNU long name that leaves",
      [
        { name: "././@LongLink", type: "L", body: "../x\u0000" },
        { name: "harmless", body: "1" },
      ],
    ],
    ["a wrong checksum", [{ name: "a", body: "1", checksum: 1 }]],
    ["a size in PAX that lies", [pax({ size: "999999999999" }), { name: "a", body: "1" }]],
  ])("%s", async (_name, items) => {
    await archive(...items);
  });

  it("an entry outside the folder of its title", async () => {
    await meet({ title: "folder", archive: tar([{ name: "elsewhere/a", body: "1" }]) });
  });

  it.each<[string, Buffer]>([
    ["truncated in a body", tarItem({ name: "a", body: "x".repeat(5_000) }).subarray(0, 2_000)],
    ["truncated in a header", tar([{ name: "a", body: "1" }]).subarray(0, 100)],
    ["that is no tar", Buffer.from("no tar at all ".repeat(100))],
    ["with a size that lies", tarItem({ name: "a", body: "1", size: 10_000 })],
  ])("%s", async (_name, bytes) => {
    await meet({ title: ".", archive: bytes });
    await meet({ title: ".", archive: bytes, gzip: false });
  });

  it("a gzip that is damaged, and one that is none", async () => {
    const damaged = gzipSync(tar([{ name: "a", body: "x".repeat(10_000) }]));
    damaged[damaged.length - 30] = (damaged[damaged.length - 30] ?? 0) ^ 0xff;
    const layer = { title: ".", archive: damaged, gzip: false };
    await trap.meet((place) => {
      putForeign(place, [layer]);
      const manifest = place.store.manifest(place.repository, "v1");
      const text = String(manifest?.bytes).replace("layer.v1.tar", "layer.v1.tar+gzip");
      place.store.putManifest(place.repository, Buffer.from(text), {
        mediaType: String(manifest?.mediaType),
        tag: "v1",
      });
    });
  });
});
